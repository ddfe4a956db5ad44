"""Ports of pods on 127.0.0.1, by `kubectl port-forward`, for what the cluster does not publish."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from harness.model.errors import LaunchgateError, TargetError
from harness.model.system import Workload
from harness.ports.processes import Handle, ProcessSpawner
from harness.targets.ports import HOST, accepts_connections, free_ports
from harness.targets.readiness import log_of, tail

_WITHIN = 30.0
_ATTEMPTS = 3
_PAUSE = 0.3


class Forward:
    """One port. A thread starts kubectl again whenever it ends, which it does when its pod goes."""

    def __init__(
        self, spawner: ProcessSpawner, workload: Workload, namespace: str, kubeconfig: Path, logs: Path
    ) -> None:
        self._spawner, self._workload = spawner, workload
        self._begin = ["kubectl", "--kubeconfig", str(kubeconfig), "--namespace", namespace, "port-forward"]
        self._log = logs / f"forward-{workload.service}.log"
        self._handle: Handle | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"forward-{workload.service}", daemon=True)
        self.port = 0

    @property
    def address(self) -> str:
        """Host and port on this machine."""
        return f"{HOST}:{self.port}"

    def open(self) -> None:
        """Returns when connections are accepted. Raises TargetError with what kubectl said."""
        for attempt in range(1, _ATTEMPTS + 1):
            (self.port,) = free_ports(1)
            self._start()
            deadline = time.monotonic() + _WITHIN
            while self._runs() and time.monotonic() < deadline:
                if accepts_connections(HOST, self.port):
                    self._thread.start()
                    return
                time.sleep(0.05)
            assert self._handle is not None  # noqa: S101  started above
            self._handle.kill()
            if attempt == _ATTEMPTS:
                said = tail(log_of(self._handle))
                raise TargetError(f"{self._workload.service} cannot be reached by port-forward:\n{said}")

    def close(self) -> None:
        """Ends it. May be called twice, and for one that was never opened."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join(5)
        if self._handle is not None:
            self._handle.terminate(1.0)

    def _start(self) -> None:
        workload = self._workload
        what = f"{workload.kind.lower()}/{workload.name}"
        argv = [*self._begin, "--address", HOST, what, f"{self.port}:{workload.forward}"]
        self._handle = self._spawner.spawn(argv, name=f"forward-{workload.service}", log=self._log)

    def _runs(self) -> bool:
        return self._handle is not None and self._handle.poll() is None

    def _keep(self) -> None:
        while not self._done.wait(_PAUSE):
            if not self._runs():
                try:
                    self._start()
                except LaunchgateError:
                    return  # the run is over
