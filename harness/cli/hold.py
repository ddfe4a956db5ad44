"""Holding a target: what `launchgate up` does once its options are read. Imported only then, since it is heavy."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psutil

import harness
from harness import wiring
from harness.cli import held
from harness.cli.held import Held
from harness.model.errors import Stopped, TargetError
from harness.model.system import System
from harness.ports.target import Target, TargetOrder
from harness.run.stop import StopSwitch
from harness.scenario.documents import load_system

_LOOK_EVERY = 0.5


def hold(target: str, system_file: Path, runs_dir: Path, ready: Callable[[Held], None]) -> None:
    """Brings a target up, calls `ready`, and keeps it until told to stop. Ends it in every case.

    Raises TargetError when it does not come up, Stopped when it was told to stop before it was ready.
    """
    system = load_system(system_file)
    state = held.state_file(runs_dir, target).resolve()
    logs, tag = state.with_suffix(""), f"up-{target}-{uuid.uuid4()}"
    root = _root_of(system_file, system)
    order = TargetOrder(system, workdir=logs, logs=logs, sources=root, project=root, tag=tag, say=say)
    me = Held(target=target, tag=tag, holder=os.getpid(), holder_created=psutil.Process().create_time(), logs=str(logs))
    stop = StopSwitch()
    with stop.on_signals():
        held.claim(state, me)
        try:
            _prepare(logs)
            with wiring.supervisor(tag, logs / "keeper.log") as supervisor:
                running: Target = wiring.target_class(target)(supervisor)
                try:
                    me = me.model_copy(update={"endpoints": dict(running.up(order))})
                    held.announce(state, me)
                    ready(me)
                    _watch(running)
                except Stopped:
                    if not me.endpoints:
                        raise
                finally:
                    with stop.shielded():
                        running.collect(logs)
                        running.down()
                        supervisor.end_all()
        finally:
            state.unlink(missing_ok=True)


def detach(target: str, system_file: Path, runs_dir: Path) -> Held:
    """Starts a holder in a session of its own and returns when it is ready. Raises TargetError with what it said."""
    load_system(system_file)  # what a person can mend is said by this process rather than by the holder
    state = held.state_file(runs_dir, target).resolve()
    state.parent.mkdir(parents=True, exist_ok=True)
    argv = ["--target", target, "--system", str(system_file.resolve()), "--runs-dir", str(runs_dir.resolve())]
    said = state.with_suffix(".holder.log")
    path = os.pathsep.join(filter(None, [str(Path(harness.__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    with said.open("wb") as output:
        holder = subprocess.Popen(  # noqa: S603  this very program
            [sys.executable, "-m", "harness.cli.up", *argv], env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        announced = held.await_announced(state, psutil.Process(holder.pid))
    except BaseException:
        holder.terminate()
        holder.wait()
        raise
    if announced is None:
        code = holder.wait()
        what = f"the {target} target did not come up (its holder ended with exit code {code}):"
        raise TargetError(f"{what}\n{said.read_text().strip()}", advice=f"logs are in {state.with_suffix('')}")
    return announced


def say(text: str) -> None:
    """Progress, for people."""
    print(text, file=sys.stderr, flush=True)


def _watch(running: Target) -> None:
    """Until told to stop. A service that ends is reported once, and kept as it is for whoever looks into it."""
    reported: set[str] = set()
    while True:
        ended = set(running.alive()) - reported
        if ended:
            say(f"ended by itself: {', '.join(sorted(ended))}")
        reported |= ended
        time.sleep(_LOOK_EVERY)


def _prepare(logs: Path) -> None:
    """The folder for the logs, without those of the time before."""
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()


def _root_of(system_file: Path, system: System) -> Path:
    """The project: the nearest folder above the file in which all sources of the system lie."""
    above = system_file.resolve().parents
    return next((root for root in above if all((root / source).exists() for source in system.sources)), above[0])
