"""Finds a scenario's raw samples and says in a sentence what comparing with them has shown."""

from __future__ import annotations

from harness.store.reader import RunReader
from reports.context.facts import Facts
from reports.context.operations import OperationRow
from reports.reconcile import RAW_NAME, RawDamaged, read_raw, reconcile


def find_raw(run: RunReader, scenario: str, facts: Facts) -> str:
    """Path of the raw samples in the run folder; empty when there are none.

    The file that the scenario's own observations cite comes first, then the one in its evidence folder.
    """
    cited = [path for phase in facts.phases for path in phase.evidence]
    kept = [path for path in run.evidence_files() if scenario in path.split("/")]
    for path in [*cited, *kept]:
        if path.rpartition("/")[2] == RAW_NAME and run.evidence(path).is_file():
            return path
    return ""


def check_raw(run: RunReader, path: str, rows: tuple[OperationRow, ...]) -> str:
    """The result of the comparison. Raises ReportMismatch when a figure differs."""
    if not path:
        return f"Not compared with raw samples: this run has no {RAW_NAME}."
    try:
        raw = read_raw(run.evidence(path))
    except RawDamaged as damaged:
        return f"Not compared with raw samples: {damaged}."
    agreed = reconcile(rows, raw, path)
    samples = sum(r.count for r in raw.values())
    if not samples:
        return "Not compared with raw samples: the file holds no request."
    return f"{agreed} figures were computed again from {samples:,} raw requests, and agree."
