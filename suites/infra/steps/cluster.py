"""Step `cluster`: the live objects against the same rules, and what only they can say."""

from __future__ import annotations

from pathlib import Path

from suites.infra.cluster.protocol import Cluster
from suites.infra.documents import read_objects
from suites.infra.emit import Speaker
from suites.infra.judging import outcomes, report
from suites.infra.objects import LIVE, Objects
from suites.infra.params import ClusterState
from suites.infra.probing import probe_processes
from suites.infra.rules import RULES
from suites.infra.rules.base import Outcome, applicable
from suites.infra.rules.configuration import SECRET_TEMPLATE
from suites.infra.rules.live import RENDERED
from suites.infra.steps.opening import namespace_of, pause

_EVERY = 2.0  # seconds between two readings while the cluster settles


def run_cluster(params: ClusterState, speaker: Speaker, cluster: Cluster) -> None:
    """Reads until all rules hold or the time to settle is over; the last reading is the one that counts.

    Raises ClusterError when the cluster cannot be read.
    """
    context = speaker.context
    namespace = namespace_of(context)
    sources = Path(context.access.get("sources", "."))
    extra = {
        SECRET_TEMPLATE: read_objects(sources / params.secret_template),
        RENDERED: read_objects(Path(context.access["overlay"])) if context.access.get("overlay") else [],
    }
    deadline = context.elapsed() + params.settle
    readings = 0
    while True:
        readings += 1
        items = cluster.objects(namespace)
        found = outcomes(applicable(RULES, LIVE), [Objects(LIVE, items, extra)])
        if not _may_settle(found) or context.elapsed() > deadline or not pause(context, _EVERY):
            break
    evidence = speaker.keep("objects.json", {"namespace": namespace, "readings": readings, "items": items})
    report(LIVE, found, speaker, [evidence])
    probe_processes(cluster, namespace, speaker)


def _may_settle(found: list[Outcome]) -> bool:
    """Whether waiting can help: what a manifest says does not change by itself, a state does."""
    red = [one for one in found if one.breaches or one.unknown]
    return bool(red) and all(one.rule.id.startswith("state.") for one in red)
