"""The PagerDuty double's application."""

from dataclasses import dataclass

from fastapi import FastAPI

from system_under_test.doubles.kit.control import control_routes
from system_under_test.doubles.kit.faults import Faults
from system_under_test.doubles.kit.web import make_app
from system_under_test.doubles.pagerduty.api import MODES, api_routes
from system_under_test.doubles.pagerduty.incidents import Incidents
from system_under_test.doubles.pagerduty.views import view_routes


@dataclass(frozen=True)
class PagerDutySettings:
    """``keys`` maps routing keys of 32 characters to the services they belong to; sizes in bytes."""

    keys: tuple[tuple[str, str], ...]
    max_incidents: int = 1000
    max_bytes: int = 64 * 1024 * 1024


def create_app(settings: PagerDutySettings) -> FastAPI:
    """Return the application of one account."""
    incidents = Incidents(settings.max_incidents, settings.max_bytes)
    faults = Faults(*MODES)
    app = make_app("PagerDuty double")
    app.state.bell = incidents.log.bell
    app.include_router(control_routes(faults, incidents.clear))
    app.include_router(api_routes(dict(settings.keys), incidents, faults))
    app.include_router(view_routes(incidents))
    return app
