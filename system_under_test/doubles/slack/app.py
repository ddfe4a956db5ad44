"""The Slack double's application."""

from fastapi import FastAPI

from system_under_test.doubles.kit.control import control_routes
from system_under_test.doubles.kit.faults import Faults
from system_under_test.doubles.kit.web import make_app
from system_under_test.doubles.slack.api import MODES, api_routes
from system_under_test.doubles.slack.views import view_routes
from system_under_test.doubles.slack.workspace import SlackSettings, Workspace


def create_app(settings: SlackSettings) -> FastAPI:
    """Return the application of one workspace."""
    workspace = Workspace(settings)
    faults = Faults(*MODES)
    app = make_app("Slack double")
    app.state.bell = workspace.memory.bell
    app.include_router(control_routes(faults, workspace.memory.clear))
    app.include_router(api_routes(workspace, faults))
    app.include_router(view_routes(workspace))
    return app
