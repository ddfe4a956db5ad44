"""The steady-state hypothesis: probes that hold before a method, and again after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import httpx

from harness.model.scenario import Probe
from harness.ports.clock import Clock


def probe_until(probes: Sequence[Probe], endpoints: Mapping[str, str], *, patience: float, clock: Clock) -> str:
    """Tries all probes until they hold together, for at most `patience` seconds.

    Returns an empty text when they hold, else the sentence that says which did not, and why.
    """
    deadline = clock.monotonic() + patience
    while True:
        complaint = next((c for c in (_probe(p, endpoints) for p in probes) if c), "")
        if not complaint or clock.monotonic() >= deadline:
            return complaint
        clock.sleep(0.25)


def _probe(probe: Probe, endpoints: Mapping[str, str]) -> str:
    base = endpoints.get(probe.endpoint)
    if base is None:
        return f"the target has no endpoint '{probe.endpoint}'"
    url = base.rstrip("/") + probe.path
    try:
        reply = httpx.get(url, timeout=probe.within, trust_env=False)
    except httpx.HTTPError as error:
        return f"GET {url}: {type(error).__name__} within {probe.within:g} s"
    if reply.status_code != probe.status:
        return f"GET {url}: status {reply.status_code}, expected {probe.status}"
    if reply.elapsed.total_seconds() > probe.within:
        return f"GET {url}: took {reply.elapsed.total_seconds():.3f} s, allowed {probe.within:g} s"
    return ""
