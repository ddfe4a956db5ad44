"""Targets that `launchgate up` holds: a small file each, `runs/.up/<target>.json`, names the process that holds it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
from pydantic import ValidationError

from harness import wiring
from harness.model.base import Frozen
from harness.model.errors import TargetError

_END_WITHIN = 120.0
_PAUSE = 0.05


class Held(Frozen):
    """One held target. `endpoints` stays empty until all services are ready."""

    target: str
    tag: str
    holder: int
    holder_created: float
    logs: str
    endpoints: dict[str, str] = {}

    def holder_process(self) -> psutil.Process | None:
        """The process that holds it; None when it has ended."""
        try:
            found = psutil.Process(self.holder)
            same = abs(found.create_time() - self.holder_created) < 0.1  # else the number has a new user
        except psutil.Error:
            return None
        return found if same and is_alive(found) else None


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie waits only for its parent."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def state_file(runs_dir: Path, target: str) -> Path:
    """Where the state of a held target is kept."""
    return runs_dir / ".up" / f"{target}.json"


def states(runs_dir: Path) -> list[Path]:
    """The state files that are there."""
    return sorted((runs_dir / ".up").glob("*.json"))


def read(state: Path) -> Held | None:
    """What the file says; None when there is none, or none that can be read."""
    try:
        return Held.model_validate_json(state.read_text())
    except (OSError, ValidationError):
        return None


def claim(state: Path, held: Held) -> None:
    """Writes the state of a target that is being brought up. Raises TargetError when another was quicker."""
    state.parent.mkdir(parents=True, exist_ok=True)
    try:
        with state.open("x") as file:
            file.write(held.model_dump_json(indent=2))
    except FileExistsError:
        raise TargetError(
            f"the {held.target} target is being brought up by somebody else",
            where=str(state),
            advice="`launchgate up` again shows its endpoints, `launchgate down` ends it",
        ) from None


def announce(state: Path, held: Held) -> None:
    """Replaces the state at one stroke, so that nobody reads half of it."""
    unfinished = state.with_suffix(f".{os.getpid()}")
    unfinished.write_text(held.model_dump_json(indent=2))
    unfinished.replace(state)


def await_announced(state: Path, holder: psutil.Process) -> Held | None:
    """Waits for the endpoints; None when the holder ended without any."""
    while True:
        alive = is_alive(holder)
        held = read(state)
        if held is not None and held.holder == holder.pid and held.endpoints:
            return held
        if not alive:
            return None
        time.sleep(_PAUSE)


def end(state: Path, held: Held) -> str:
    """Ends a held target, waits until it is gone, and says what was done. Also right when its holder was killed."""
    holder = held.holder_process()
    said = f"the {held.target} target was held by process {held.holder}, which is gone; what it left behind is ended"
    if holder is not None:
        holder.terminate()
        said = f"the {held.target} target is down (it was held by process {held.holder})"
        deadline = time.monotonic() + _END_WITHIN
        while is_alive(holder) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        if is_alive(holder):
            holder.kill()
            said += "; its holder had to be killed"
    # the keeper of a killed holder does the same; this waits until nothing with the tag is left
    with wiring.supervisor(held.tag, Path(held.logs) / "keeper.log"):
        pass
    state.unlink(missing_ok=True)
    return said
