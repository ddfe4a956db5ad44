"""Step `scale`: real pressure until a scaler has scaled out, then the way back."""

from __future__ import annotations

from collections.abc import Callable

from harness.model.errors import SuiteError
from harness.model.scenario import Guard
from suites.infra.cluster.protocol import Cluster, ClusterError
from suites.infra.emit import Speaker
from suites.infra.metrics import BACK_TIME, OUT_TIME, REPLICAS
from suites.infra.params import Scale
from suites.infra.pressure import PressureRun
from suites.infra.steps.opening import endpoint, guard_namespace, namespace_of, pause

_EVERY = 2.0  # seconds between two readings
HPA = "HorizontalPodAutoscaler"


def run_scale(params: Scale, speaker: Speaker, cluster: Cluster, guard: Guard, every: float = _EVERY) -> None:
    """Out, then back; each is a check, with the time it took.

    Raises SuiteError when the scaler does not stand at its least replicas before.
    """
    context = speaker.context
    namespace = namespace_of(context)
    guard_namespace(guard, namespace)
    base = endpoint(context, params.pressure.endpoint)
    scaler = cluster.get(HPA, namespace, params.hpa)
    least, workload = int(scaler["spec"].get("minReplicas", 1)), scaler["spec"]["scaleTargetRef"]["name"]
    curve = _Curve(params.hpa, workload, namespace, cluster, speaker)
    if not curve.wait(lambda up, wanted: max(up, wanted) <= least, params.back_within, every):
        raise SuiteError(f"{workload} has {curve.replicas} replicas before the pressure, expected {least}")
    began = context.elapsed()
    with PressureRun(params.pressure, base) as pressure:
        out = curve.wait(lambda up, _wanted: up >= params.to, params.within, every)
    stopped = context.elapsed()
    reached = curve.most
    back = curve.wait(lambda up, wanted: max(up, wanted) <= least, params.back_within, every)
    evidence = [
        speaker.keep("replicas.json", curve.readings),
        speaker.keep("pressure.json", {"good": pressure.good, "troubles": dict(pressure.troubles.most_common(20))}),
    ]
    name = f"scale.{params.hpa}"
    problem = f"{reached} replicas ready after {stopped - began:.0f} s of pressure, expected {params.to}: {curve.says}"
    if not pressure.good:
        why = next(iter(pressure.troubles), "no answer")
        speaker.broke(f"{name}.out", f"there was no pressure: {why}", evidence)
        speaker.broke(f"{name}.back", "it was never pressed", evidence)
    else:
        speaker.check(f"{name}.out", [] if out else [problem], evidence, seconds=stopped - began)
        if out:
            late = f"still {curve.replicas} replicas {params.back_within:g} s after the pressure, expected {least}"
            speaker.check(f"{name}.back", [] if back else [late], evidence)
        else:
            speaker.skipped(f"{name}.back", "it had not scaled out, so there was no way back")
    if out:
        speaker.measure(OUT_TIME.name, stopped - began, workload=workload)
    if out and back:
        speaker.measure(BACK_TIME.name, context.elapsed() - stopped, workload=workload)
    speaker.receipt("pressure", "good answers", 1, min(1, pressure.good))
    speaker.receipt("scaler", "readings", len(curve.readings) + len(curve.blind), len(curve.readings), curve.blind[:5])


class _Curve:
    """Reads the scaler and its workload, and remembers."""

    def __init__(self, hpa: str, workload: str, namespace: str, cluster: Cluster, speaker: Speaker) -> None:
        self._hpa, self._workload, self._namespace = hpa, workload, namespace
        self._cluster, self._speaker = cluster, speaker
        self.readings: list[dict[str, object]] = []
        self.blind: list[str] = []
        self.replicas = self.wanted = self.most = 0
        self.says = ""

    def wait(self, holds: Callable[[int, int], bool], within: float, every: float) -> bool:
        """Reads until `holds(ready, wanted replicas)`; False when time is up or the run is to stop."""
        context = self._speaker.context
        deadline = context.elapsed() + within
        while True:
            if self._read() and holds(self.replicas, self.wanted):
                return True
            if context.elapsed() >= deadline or not pause(context, every):
                return False

    def _read(self) -> bool:
        try:
            scaler = self._cluster.get(HPA, self._namespace, self._hpa)
            deployment = self._cluster.get("Deployment", self._namespace, self._workload)
        except ClusterError as error:
            self.blind.append(error.what)
            return False
        status = deployment.get("status", {})
        self.wanted = wanted = int(deployment["spec"].get("replicas", 1))
        up = int(status.get("readyReplicas") or 0)
        self.replicas = up
        self.most = max(self.most, up)
        conditions = scaler.get("status", {}).get("conditions") or ()
        self.says = "; ".join(str(c.get("message")) for c in conditions)
        t = self._speaker.context.elapsed()
        current = scaler.get("status", {}).get("currentMetrics")
        self.readings.append({"t": t, "ready": up, "wanted": wanted, "metrics": current, "says": self.says})
        self._speaker.measure(REPLICAS.name, float(up), workload=self._workload)
        return True
