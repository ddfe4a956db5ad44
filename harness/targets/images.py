"""The images of a system, built by Docker from its sources.

A tag is the digest of everything that goes in, so what was built once is never built again, and a planted defect in
the sources gives an image of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound
from docker.utils.build import PatternMatcher

from harness.model.errors import TargetError
from harness.model.system import Image, System
from harness.targets.docker_engine import connect

LABEL = "launchgate.image"
BUILD_WITHIN = 1200.0
SILENCE = 600
KEPT = 6
_TAIL_LINES = 15
_NEVER = ("**/__pycache__", "**/*.pyc")


def build_images(system: System, project: Path, sources: Path, say: Callable[[str], None]) -> dict[str, str]:
    """Builds the images that are not there yet; returns name → reference (`name:lg-0123456789abcdef`).

    Args:
        project: where files are read that no defect changes, `.dockerignore` among them.
        sources: root of `system.sources`; a copy with a planted defect, or the project itself.
        say: takes a sentence about what is being done.

    Raises TargetError when Docker is not there, with the last lines of a build that failed.
    """
    if not system.images:
        return {}
    with contextlib.closing(connect(SILENCE)) as client:
        return {image.name: _ensure(client, image, system, project, sources, say) for image in system.images}


def build_context(image: Image, system: System, project: Path, sources: Path) -> dict[str, Path]:
    """What the build may read: path in the context → file. Raises TargetError for a path that is not there."""
    ignore = project / ".dockerignore"
    patterns = [line.strip() for line in ignore.read_text().splitlines()] if ignore.exists() else []
    ignored = PatternMatcher([*(p for p in patterns if p and not p.startswith("#")), *_NEVER])
    changeable = [PurePosixPath(folder) for folder in system.sources]
    files: dict[str, Path] = {}
    for item in image.context:
        root = sources if any(PurePosixPath(item).is_relative_to(folder) for folder in changeable) else project
        if not (root / item).exists():
            raise TargetError(f"image {image.name} cannot be built: {item} is not there", where=str(root / item))
        for file in _files(root / item):
            name = file.relative_to(root).as_posix()
            if name == image.dockerfile or not ignored.matches(name):
                files[name] = file
    if image.dockerfile not in files:
        raise TargetError(
            f"image {image.name} cannot be built: its Dockerfile is not in its context",
            where=image.dockerfile,
            advice=f"add it to `context` of {image.name} in system.yaml",
        )
    return files


def digest(image: Image, files: Mapping[str, Path]) -> str:
    """16 hexadecimal digits of the SHA-256 over the files' names, modes and contents, the stage and the Dockerfile."""
    total = hashlib.sha256(f"{image.dockerfile}\0{image.stage}\0".encode())
    for name, file in sorted(files.items()):
        total.update(f"{name}\0{_mode(file):o}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return total.hexdigest()[:16]


def _ensure(
    client: docker.DockerClient, image: Image, system: System, project: Path, sources: Path, say: Callable[[str], None]
) -> str:
    files = build_context(image, system, project, sources)
    content = digest(image, files)
    reference = f"{image.name}:lg-{content}"
    try:
        client.images.get(reference)
        say(f"image {reference} is there already")
        return reference
    except ImageNotFound:
        pass
    say(f"building image {reference} from {len(files)} files")
    began = time.monotonic()
    _build(client, image, reference, content, files)
    say(f"built image {reference} in {time.monotonic() - began:.0f} s")
    _forget_old(client, image.name)
    return reference


def _build(client: docker.DockerClient, image: Image, reference: str, content: str, files: Mapping[str, Path]) -> None:
    deadline = time.monotonic() + BUILD_WITHIN
    lines: deque[str] = deque(maxlen=_TAIL_LINES)
    try:
        output = client.api.build(
            fileobj=_tar(files), custom_context=True, dockerfile=image.dockerfile, target=image.stage or None,
            tag=reference, labels={LABEL: image.name}, buildargs={"COMMIT": content},
            rm=True, forcerm=True, decode=True,
        )  # fmt: skip
        refused = ""
        for message in output:  # to its end, which gives the connection back
            lines.extend(_texts(message))
            refused = message.get("error", refused)
            if time.monotonic() > deadline:
                refused = f"it was not done within {BUILD_WITHIN:g} s"
                break
        if refused:
            raise BuildError(refused, [])
        client.images.get(reference)
    except (DockerException, OSError) as error:
        why = error.explanation if isinstance(error, APIError) and error.explanation else str(error)
        shown = "\n".join(f"  | {line}" for line in lines) or "  | (it said nothing)"
        raise TargetError(
            f"image {image.name} could not be built: {why.strip()}; the last lines of the build:\n{shown}",
            where=image.dockerfile,
            advice=_advice(lines[-1] if lines else "", image),
        ) from error


def _advice(last_line: str, image: Image) -> str:
    if " FROM " in last_line or last_line.startswith("Pulling"):
        return "its base image cannot be pulled: check the network and try `docker pull` of it by hand"
    stage = f" --target {image.stage}" if image.stage else ""
    return f"try it by hand: docker build -f {image.dockerfile}{stage} ."


def _texts(message: Mapping[str, object]) -> Iterable[str]:
    text = str(message.get("stream") or message.get("status") or "")
    return [line for line in text.splitlines() if line.strip()]


def _forget_old(client: docker.DockerClient, name: str) -> None:
    """Removes all but the newest images of this name: every planted defect leaves one. Those in use stay."""
    with contextlib.suppress(DockerException):
        ours = client.images.list(name, filters={"label": f"{LABEL}={name}"})
        for old in sorted(ours, key=lambda found: str(found.attrs["Created"]), reverse=True)[KEPT:]:
            for tag in old.tags:
                with contextlib.suppress(DockerException):
                    client.images.remove(tag)


def _files(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else sorted(found for found in path.rglob("*") if found.is_file())


def _mode(file: Path) -> int:
    return 0o755 if file.stat().st_mode & 0o100 else 0o644


def _tar(files: Mapping[str, Path]) -> io.BytesIO:
    """The context; owners are left out, since they differ from machine to machine."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, file in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = file.stat().st_size, _mode(file), int(file.stat().st_mtime)
            with file.open("rb") as data:
                tar.addfile(entry, data)
    packed.seek(0)
    return packed
