"""Journeys run on their own too: `pytest suites/e2e/journeys --base-url http://127.0.0.1:8000 --headed`."""

pytest_plugins = ["suites.e2e.recorder", "suites.e2e.fixtures", "suites.e2e.looking"]
