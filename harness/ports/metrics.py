"""Metrics that every run has, whatever the suite."""

from __future__ import annotations

from harness.model.metric import MetricSpec

CHECK_FAILED = MetricSpec(
    name="check.failed", kind="ratio", dimension="ratio", high=1.0, labels=("check",),
    doc="Share of checks that failed; a check that broke or was skipped is no sample.",
)  # fmt: skip
COMMON_METRICS: tuple[MetricSpec, ...] = (
    CHECK_FAILED,
    MetricSpec(name="resource.cpu", kind="gauge", dimension="ratio", labels=("service",),
               doc="CPU time per second of a service and its children; 1 is one core."),
    MetricSpec(name="resource.memory", kind="gauge", dimension="bytes", labels=("service",),
               doc="Resident memory of a service and its children."),
    MetricSpec(name="db.connections", kind="gauge", labels=("state",),
               doc="Client connections as PostgreSQL counts them."),
    MetricSpec(name="db.pool.in_use", kind="gauge", doc="Connections checked out of the application's pool."),
    MetricSpec(name="db.pool.size", kind="gauge", doc="Most connections that the application's pool may hold."),
    MetricSpec(name="db.pool.waiting", kind="gauge", doc="Requests waiting for a connection of the pool."),
    MetricSpec(name="queue.depth", kind="gauge", labels=("queue",), doc="Jobs waiting in the queue."),
)  # fmt: skip
