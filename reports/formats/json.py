"""Contexts → `report.json`: the numbers of the other formats, for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from reports.charts.model import Chart
from reports.context.figure import Figure
from reports.context.load import LoadReport
from reports.context.summary import Summary

API_VERSION = "launchgate/v1"
_UNITS = {"time": "seconds", "ratio": "1 is 100 %", "bytes": "bytes"}


def to_json(summary: Summary, loads: Sequence[LoadReport]) -> str:
    """Figures are objects of key, value (base unit; null when not measured) and text."""
    body = {
        "api_version": API_VERSION,
        "kind": "Report",
        "units": _UNITS,
        "summary": _plain(summary),
        "load": [{k: v for k, v in _plain(load).items() if k != "header"} for load in loads],
    }
    return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Figure):
        return {"key": value.key, "value": value.value, "text": value.text}
    if isinstance(value, Chart):
        return {"id": value.id, "title": value.title, "note": value.note, "panels": _plain(value.panels)}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return str(value) if isinstance(value, str) else value
