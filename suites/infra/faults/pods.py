"""One pod comes to harm: killed, out of memory, or frozen. It gets no traffic and is replaced."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from harness.model.errors import SuiteError
from suites.infra.cluster.protocol import ClusterError, Executed
from suites.infra.faults.base import Fault, Scene
from suites.infra.node import NodeShell
from suites.infra.watcher import Pod, Snapshot

_KILLED = 137  # 128 + SIGKILL


class PodFault(Fault):
    """What the three have in common: one pod is hit, its container starts anew, its Service leads elsewhere."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.pod = scene.pods[0]
        self.name: str = self.pod["metadata"]["name"]
        before = scene.before.pod(self.name)
        self._restarts = before.restarts if before else 0
        self._node: str = self.pod["spec"]["nodeName"]
        self._shell: NodeShell | None = None
        self._process = 0

    def hits(self) -> list[str]:
        """One pod."""
        return [self.name]

    def over(self, seen: Sequence[Snapshot]) -> bool:
        """It left its Service, its container was started again, and the workload is whole."""
        return bool(seen) and seen[-1].whole and self._replaced(seen[-1]) and not self._always_served(seen)

    def problems(self, seen: Sequence[Snapshot]) -> Mapping[str, list[str]]:
        """Out of service, replaced, for the right reason."""
        end = seen[-1] if seen else self.scene.before
        replaced = [] if self._replaced(end) else ["its container was not started again"]
        pod = end.pod(self.name)
        if pod and not replaced:
            replaced += self.wrong_reason(pod)
        whole = [] if end.whole else [f"{end.healthy} of {end.wanted} pods are ready"]
        served = ["its Service led to it all the time"] if self._always_served(seen) else []
        return {"replaced": replaced + whole, "out-of-service": served}

    def wrong_reason(self, pod: Pod) -> list[str]:
        """Complaints when the container ended for another reason than this fault."""
        reason, code = pod.ended or ("nothing", -1)
        return [] if code == _KILLED else [f"it ended with {code} ({reason}), expected {_KILLED}"]

    def heal(self) -> None:
        """A new pod in its place: one whose container was restarted would trouble whoever looks next."""
        self.scene.cluster.delete("Pod", self.scene.namespace, self.name)

    def _replaced(self, now: Snapshot) -> bool:
        pod = now.pod(self.name)
        return pod is None or pod.restarts > self._restarts

    def _always_served(self, seen: Sequence[Snapshot]) -> bool:
        return all(self.name in one.serving for one in seen)

    def _find_process(self) -> None:
        self._shell = self.scene.shell()
        self._process = self._shell.process_of(self.pod)

    def _signal(self, signal: str) -> None:
        if self._shell:
            self._shell.signal(self._node, self._process, signal)


class PodKill(PodFault):
    """SIGKILL for process 1, from the node: inside its container it is immune."""

    def inject(self) -> None:
        """Looks the process up and kills it."""
        self._find_process()
        self._signal("KILL")


class PodFreeze(PodFault):
    """SIGSTOP: connections are accepted and nothing is answered. Probes must notice."""

    def inject(self) -> None:
        """Looks the process up and stops it."""
        self._find_process()
        self._signal("STOP")

    def wrong_reason(self, pod: Pod) -> list[str]:
        """The liveness probe must have ended it: by its event, or by how a process ends that cannot hear SIGTERM.

        The kubelet drops events of a pod that has many, so the event alone would not do.
        """
        events = self.scene.cluster.list("Event", self.scene.namespace)
        about = [e for e in events if e.get("involvedObject", {}).get("name") == pod.name]
        said = any(e.get("reason") == "Unhealthy" and "Liveness" in str(e.get("message")) for e in about)
        reason, code = pod.ended or ("nothing", -1)
        if said or (reason, code) == ("Error", _KILLED):
            return []
        return [f"it ended with {code} ({reason}), and no event says that its liveness probe failed"]

    def heal(self) -> None:
        """Goes on, should it still be there, and is replaced by a new pod."""
        with contextlib.suppress(SuiteError):  # it was killed meanwhile
            self._signal("CONT")
        super().heal()


# Many processes, each smaller than the program: where the kernel kills one process alone (cgroup v1) it takes the
# largest, and that is the program itself. Where it kills the whole container (cgroup v2) there is no difference.
EAT = """
import os, time
with open("/sys/fs/cgroup/memory.max" if os.path.exists("/sys/fs/cgroup/memory.max")
          else "/sys/fs/cgroup/memory/memory.limit_in_bytes") as file:
    limit = int(file.read())
try:
    with open("/proc/1/oom_score_adj", "w") as file: file.write("1000")
except OSError:
    pass
piece = 48 * 2**20
for _ in range(limit // piece + 8):
    if os.fork() == 0:
        held = bytearray(os.urandom(4096)) * (piece // 4096)
        time.sleep(60)
        os._exit(0)
    time.sleep(0.05)
time.sleep(60)
"""


class PodOutOfMemory(PodFault):
    """The container's processes ask for more memory than its limit."""

    def inject(self) -> None:
        """Begins to eat; the command ends with the container."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="eater")
        self._eater: Future[Executed] = self._pool.submit(self._eat)

    def press(self, now: Snapshot) -> None:
        """Says why when the command could not be started."""
        if self._eater.done() and not self._replaced(now):
            ran = self._eater.exception()
            done = None if ran else self._eater.result()
            if done and done.code not in (_KILLED, -1, 0):
                raise SuiteError(f"the command that eats memory ended with {done.code}: {done.errors.strip()[-200:]}")

    def wrong_reason(self, pod: Pod) -> list[str]:
        """Kubernetes must call it OOMKilled."""
        reason, code = pod.ended or ("nothing", -1)
        return [] if reason == "OOMKilled" else [f"it ended with {code} ({reason}), expected OOMKilled"]

    def heal(self) -> None:
        """The pod goes, and with it whatever still eats."""
        super().heal()
        if hasattr(self, "_pool"):
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _eat(self) -> Executed:
        try:
            return self.scene.cluster.execute(self.scene.namespace, self.name, ["python", "-c", EAT], 90)
        except ClusterError:
            return Executed(-1, "", "")  # the connection ends with the container
