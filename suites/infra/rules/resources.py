"""Requests and limits: the figures of the plan, and none without."""

from __future__ import annotations

from collections.abc import Iterator

from suites.infra.objects import NAME_LABEL, Breach, Objects, Part, labels_of
from suites.infra.quantity import amount, same
from suites.infra.required import API, API_RESOURCES, SHOP, WORKER, WORKER_MEMORY
from suites.infra.rules.base import Over, rule


def _main_container(name: str) -> Over:
    return lambda objects: objects.containers([name], init=False)


@rule("resources.api", "the API asks for 512Mi / 500m and may use 2Gi / 2000m", "T1.1", over=_main_container(API))
def api_figures(container: Part, _objects: Objects) -> Iterator[Breach]:
    """Quantities are compared by value: 2 is 2000m."""
    for group, figures in API_RESOURCES.items():
        for resource, figure in figures.items():
            path = f"resources.{group}.{resource}"
            found = container.get(path)
            yield from container.unless(same(found, figure), f"expected {figure}, got {found or 'nothing'}", path)


@rule("resources.worker", "the worker may use 4Gi of memory, more than the API", "T1.2", over=_main_container(WORKER))
def worker_memory(container: Part, objects: Objects) -> Iterator[Breach]:
    """PDF pages are set in memory."""
    path = "resources.limits.memory"
    found = container.get(path)
    yield from container.unless(same(found, WORKER_MEMORY), f"expected {WORKER_MEMORY}, got {found or 'nothing'}", path)
    for api in objects.containers([API], init=False):
        if found and api.get(path):
            higher = amount(found) > amount(api.get(path))
            yield from container.unless(higher, f"{found} is not above the API's {api.get(path)}", path)


@rule("resources.bounded", "every container has requests and limits, the request within the limit",
      over=lambda objects: objects.containers())  # fmt: skip
def bounded(container: Part, _objects: Objects) -> Iterator[Breach]:
    """A container without a limit can take its whole node, one without a request none at all."""
    for resource in ("cpu", "memory"):
        request, limit = (container.get(f"resources.{group}.{resource}") for group in ("requests", "limits"))
        yield from container.unless(request is not None, f"no request for {resource}", "resources.requests")
        yield from container.unless(limit is not None, f"no limit for {resource}", "resources.limits")
        if request is not None and limit is not None:
            within = amount(request) <= amount(limit)
            yield from container.unless(within, f"asks for {request} {resource}, limit {limit}", "resources")


@rule("resources.scratch", "scratch volumes of the shop have a size limit", over=lambda o: o.templates(SHOP))
def scratch(template: Part, _objects: Objects) -> Iterator[Breach]:
    """An endless emptyDir fills the node's disk and evicts the neighbours."""
    for volume in template.each("spec.volumes"):
        limited = "emptyDir" not in volume.value or volume.get("emptyDir.sizeLimit") is not None
        yield from volume.unless(limited, f"{labels_of(template).get(NAME_LABEL)} has an emptyDir without sizeLimit")


RULES = (api_figures, worker_memory, bounded, scratch)
