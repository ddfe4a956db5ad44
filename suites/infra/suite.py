"""Infra: whether the system stands on Kubernetes as the launch plan asks, in its manifests and on a live cluster."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from harness.model.plan import PlannedScenario, Step
from harness.ports.suite import Context, SuiteSpec
from suites.infra.metrics import METRICS, checks_of, most_samples, standing
from suites.infra.params import STEPS

if TYPE_CHECKING:
    from suites.infra.cluster.protocol import Cluster
    from suites.infra.emit import Speaker

_WITHOUT_CLUSTER = ("manifests", "guide")


def _needs(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset() if all(step.kind in _WITHOUT_CLUSTER for step in steps) else frozenset({"cluster"})


class InfraSuite:
    """Carries the steps out in order; one that breaks ends the scenario."""

    spec = SuiteSpec(
        name="infra",
        steps=STEPS,
        metrics=METRICS,
        needs=_needs,
        standing=standing,
        most_samples=most_samples,
    )

    def tools(self) -> Mapping[str, str]:
        """Whether kubectl is there, and the version of the client."""
        try:
            client = version("kubernetes")
        except PackageNotFoundError:
            client = "missing"
        return {"kubernetes": client, "kubectl": "present" if shutil.which("kubectl") else "missing"}

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Emits the checks, figures, faults and receipts of every step.

        Raises ToolMissing without kubectl or bash where a step needs it, Refused where the guard says no, SuiteError
        when a step cannot be carried out.
        """
        from suites.infra.emit import Speaker

        cluster: Cluster | None = None
        for step in scenario.steps:
            speaker = Speaker(scenario.id, step.id, context)
            if not _wait(step, context):
                for name in checks_of(step):
                    speaker.skipped(name, f"the run was stopped: {context.stop_reason()}")
                continue
            params = STEPS[step.kind].model_validate(step.params)
            if step.kind not in _WITHOUT_CLUSTER and cluster is None:
                from suites.infra.steps.opening import open_cluster

                cluster = open_cluster(context)
            _carry_out(step.kind, params, speaker, cluster, scenario)


def _wait(step: Step, context: Context) -> bool:
    from suites.infra.steps.opening import pause

    return pause(context, step.at - context.elapsed()) and not context.stop_reason()


def _carry_out(kind: str, params: Any, speaker: Speaker, cluster: Any, scenario: PlannedScenario) -> None:
    """One step; its modules are imported here, so that a list of suites does not wait for them."""
    match kind:
        case "manifests":
            from suites.infra.steps.manifests import run_manifests

            run_manifests(params, speaker)
        case "cluster":
            from suites.infra.steps.cluster import run_cluster

            run_cluster(params, speaker, cluster)
        case "reach":
            from suites.infra.steps.reach import run_reach

            run_reach(params, speaker, cluster, scenario.guard)
        case "disrupt":
            from suites.infra.steps.disrupt import run_disrupt

            run_disrupt(params, speaker, cluster, scenario.guard)
        case "scale":
            from suites.infra.steps.scale import run_scale

            run_scale(params, speaker, cluster, scenario.guard)
        case _:
            from suites.infra.steps.guide import run_guide

            run_guide(params, speaker)
