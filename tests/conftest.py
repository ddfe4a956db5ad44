"""Settings of every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A shared machine is slow at times; a property that holds is not wrong because it took long.
settings.register_profile(
    "launchgate", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("launchgate")
