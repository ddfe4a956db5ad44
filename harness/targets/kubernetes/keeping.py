"""The cluster of a run: one of its own, or the kept one, which a lock gives to one run at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from harness.model.errors import TargetError
from harness.ports.processes import ProcessSpawner
from harness.targets.kubernetes import clusters

NAME_VARIABLE = "LAUNCHGATE_CLUSTER"
_LOCK_WITHIN = 10.0
_FREE_IT = "wait for that run, or leave --keep out to get a cluster of your own"


@dataclass
class Site:
    """A cluster that this run uses.

    Attributes:
        ports: node port → port of 127.0.0.1.
        fresh: made by this run.
        stays: left up afterwards.
        lock: held while the kept cluster is used; None for one of our own.
    """

    name: str
    kubeconfig: Path
    ports: dict[int, int]
    fresh: bool
    stays: bool
    lock: TextIO | None = None

    @property
    def context(self) -> str:
        """Its context in the kubeconfig."""
        return f"kind-{self.name}"

    def release(self) -> None:
        """Lets others use the kept cluster."""
        if self.lock is not None:
            self.lock.close()
            self.lock = None


def kept_name() -> str:
    """Name of the kept cluster, and what names of others begin with: `launchgate`, unless LAUNCHGATE_CLUSTER is set."""
    return os.environ.get(NAME_VARIABLE) or "launchgate"


def kept_place() -> Path:
    """Where the kubeconfig of the kept cluster lies, from one run to the next."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "launchgate/clusters" / kept_name()


def obtain(
    spawner: ProcessSpawner, config: dict[str, Any], tag: str, keep: bool, folder: Path, logs: Path,
    say: Callable[[str], None],
) -> Site:  # fmt: skip
    """The cluster to use, made when need be. Raises TargetError; what was made is deleted then."""
    lock = _locked(_LOCK_WITHIN if keep else 0.0)
    if lock is None and keep:
        raise TargetError(f"the kept cluster {kept_name()} is in use by another run", advice=_FREE_IT)
    try:
        if lock is not None and (site := _kept(config, keep, lock, say)) is not None:
            return site
        if lock is not None and not keep:
            lock.close()
            lock = None
        return _made(spawner, config, tag, keep, folder, logs, say, lock)
    except BaseException:
        if lock is not None:
            lock.close()
        raise


def kept_cluster() -> str:
    """Name of the kept cluster if there is one; empty otherwise, also where there is no Docker at all."""
    try:
        return kept_name() if clusters.nodes(kept_name()) else ""
    except TargetError:
        if _digest_file().exists():
            raise
        return ""


def end_kept() -> str:
    """Deletes the kept cluster and says so; empty when there is none. Raises TargetError while a run uses it."""
    if not kept_cluster():
        _digest_file().unlink(missing_ok=True)
        return ""
    lock = _locked(0.0)
    if lock is None:
        raise TargetError(
            f"the kept cluster {kept_name()} is in use by a run",
            advice="end that run first (Ctrl-C, `launchgate down`)",
        )
    with lock:
        clusters.delete(kept_name(), kept_place() / "kubeconfig")
        _digest_file().unlink(missing_ok=True)
    return f"the kept cluster {kept_name()} is deleted, with its data"


def _kept(config: dict[str, Any], keep: bool, lock: TextIO, say: Callable[[str], None]) -> Site | None:
    """The kept cluster, if it is there and well; one that is not is deleted."""
    name, kubeconfig = kept_name(), kept_place() / "kubeconfig"
    if not clusters.nodes(name):
        return None
    same = _digest_file().exists() and _digest_file().read_text() == _digest(config)
    why = clusters.complaint(name, kubeconfig, len(config.get("nodes") or [0])) if same else "its configuration changed"
    if why:
        say(f"the kept cluster {name} cannot be used ({why}): it is deleted, with its data")
        clusters.delete(name, kubeconfig)
        return None
    hint = "" if keep else "; it stays, `launchgate down` deletes it"
    say(f"using the kept cluster {name} with the data that is in it{hint}")
    return Site(name, kubeconfig, clusters.host_ports(name), fresh=False, stays=True, lock=lock)


def _made(
    spawner: ProcessSpawner, config: dict[str, Any], tag: str, keep: bool, folder: Path, logs: Path,
    say: Callable[[str], None], lock: TextIO | None,
) -> Site:  # fmt: skip
    name = kept_name() if keep else f"{kept_name()}-{hashlib.sha256(tag.encode()).hexdigest()[:8]}"
    place = kept_place() if keep else folder
    say(f"making cluster {name} with {len(config.get('nodes') or [0])} nodes")
    try:
        ports = clusters.create(spawner, name, config, folder, place / "kubeconfig", say, logs)
    except BaseException:
        with contextlib.suppress(TargetError):  # the keeper tries again, and what went wrong first is what counts
            clusters.delete(name, place / "kubeconfig", half_made=True)
            spawner.settled(name)
        raise
    if keep:
        _digest_file().write_text(_digest(config))
    return Site(name, place / "kubeconfig", ports, fresh=True, stays=keep, lock=lock)


def _locked(within: float) -> TextIO | None:
    """The lock of the kept cluster; None when another holds it for longer than `within` seconds."""
    kept_place().mkdir(parents=True, exist_ok=True)
    file = (kept_place() / "lock").open("a")
    deadline = time.monotonic() + within
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except OSError:
            if time.monotonic() >= deadline:
                file.close()
                return None
        time.sleep(0.2)


def _digest_file() -> Path:
    return kept_place() / "configuration.sha256"


def _digest(config: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()
