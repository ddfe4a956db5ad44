"""The system's own figures, read from its Prometheus endpoint."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from harness.model.system import Signal

_TIMEOUT = 2.0


def scrape(url: str, signals: Sequence[Signal]) -> list[tuple[Signal, float]]:
    """Reads a metrics page. Raises httpx.HTTPError when it cannot be had, ValueError when it is no such page."""
    answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status()
    return read_signals(answer.text, signals)


def read_signals(text: str, signals: Sequence[Signal]) -> list[tuple[Signal, float]]:
    """Each signal with the sum over the samples that it selects.

    A signal that selects nothing, or something that is no number, is left out: absent is not zero.
    Raises ValueError when any part of the text is broken, since the rest cannot be trusted then.
    """
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    found = ((signal, _total(signal, samples)) for signal in signals)
    return [(signal, total) for signal, total in found if total is not None]


def _total(signal: Signal, samples: Iterable[Sample]) -> float | None:
    values = [s.value for s in samples if s.name == signal.series and signal.labels.items() <= s.labels.items()]
    total = sum(values)
    return total if values and math.isfinite(total) else None
