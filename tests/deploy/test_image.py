"""The images as they are built: small, without doubles where they must not be, read-only, under a user of their own."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import ContainerError

from harness.cli.hold import load_system
from harness.targets import docker_engine
from harness.targets.images import build_images
from tests.support import need_docker

ROOT = Path(__file__).parents[2]
RUNTIME, DOUBLES = "village-calendar", "village-calendar-doubles"
LARGEST = 260 * 1024 * 1024  # bytes on top of the base image
LOCKED_DOWN: dict[str, Any] = {
    "read_only": True, "tmpfs": {"/tmp": ""}, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"],  # noqa: S108
    "user": "10001:10001",
}  # fmt: skip
RENDER = """
import hashlib, uuid
from datetime import UTC, date, datetime
from system_under_test.calendars.events import EventData
from system_under_test.printing.document import build_document
from system_under_test.printing.render import emoji_font, render_pdf
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.seeds import SEEDS
def pdf(title):
    event = EventData(uuid.UUID(int=1), date(2027, 5, 3), "Dinner in Łódź", "")
    document = build_document(title, 2027, SEEDS[0], [event])
    return render_pdf(document, render_cover(SEEDS[0]), datetime(2026, 1, 1, tzinfo=UTC))
"""


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    need_docker()
    with contextlib.closing(docker_engine.connect()) as connected:
        yield connected


@pytest.fixture(scope="module")
def images(client: docker.DockerClient) -> dict[str, str]:
    system = load_system(ROOT / "system_under_test/system.yaml")
    return build_images(system, ROOT, ROOT, lambda text: None)


def run(client: docker.DockerClient, image: str, *command: str, **options: Any) -> str:
    """What it says on standard output; raises ContainerError with what it said on the other."""
    container = client.containers.create(image, list(command), **{**LOCKED_DOWN, **options})
    try:
        container.start()
        code = container.wait(timeout=120)["StatusCode"]
        said, complained = container.logs(stderr=False), container.logs(stdout=False)
    finally:
        container.remove(force=True)
    if code:
        raise ContainerError(container, code, command, image, complained)
    return str(said.decode())


def test_doubles_are_in_their_own_image_only(client: docker.DockerClient, images: dict[str, str]) -> None:
    look = "import system_under_test.app, system_under_test.doubles.stripe, moto, aiosmtpd; print('there')"
    assert run(client, images[DOUBLES], "-c", look) == "there\n"
    with pytest.raises(ContainerError, match=r"No module named .*system_under_test\.doubles"):
        run(client, images[RUNTIME], "-c", look)


@pytest.mark.parametrize("name", [RUNTIME, DOUBLES])
def test_labels_user_and_release(name: str, client: docker.DockerClient, images: dict[str, str]) -> None:
    settings = client.images.get(images[name]).attrs["Config"]
    content = images[name].rpartition("lg-")[2]
    assert settings["User"] == "10001:10001"
    assert settings["Entrypoint"] == ["python"]
    labels = {key.removeprefix("org.opencontainers.image."): text for key, text in settings["Labels"].items()}
    assert labels.keys() >= {"title", "description", "version", "revision", "created", "source", "licenses"}
    assert all(labels.values())
    assert labels["revision"] == content
    said = run(client, images[name], "-c", "import os; print(os.getuid(), os.environ['SHOP_RELEASE'])")
    assert said == f"10001 0.0.0+{content}\n"


def test_missing_settings_are_said_in_one_sentence(client: docker.DockerClient, images: dict[str, str]) -> None:
    for module in ("app", "worker", "db.migrate"):
        with pytest.raises(ContainerError) as refused:
            run(client, images[RUNTIME], "-m", f"system_under_test.{module}")
        said = refused.value.stderr.decode()
        assert refused.value.exit_status == 2
        assert said.startswith("Village Calendar cannot start: SHOP_DATABASE_URL is missing")
        assert said.count("\n") == 1


def test_a_calendar_is_the_same_inside_and_outside(client: docker.DockerClient, images: dict[str, str]) -> None:
    """Emoji are of the font's version, which is the system's own; everything else is byte for byte the same."""
    outside: dict[str, Any] = {}
    exec(RENDER, outside)  # noqa: S102  the same text runs in the image
    expected = hashlib.sha256(outside["pdf"]("Our house")).hexdigest()
    show = RENDER + "print(hashlib.sha256(pdf('Our house')).hexdigest(), emoji_font(), sep=';')"
    assert run(client, images[RUNTIME], "-c", show) == f"{expected};Noto Color Emoji\n"
    assert hashlib.sha256(outside["pdf"]("Another house")).hexdigest() != expected


def test_nothing_is_compiled_at_start(client: docker.DockerClient, images: dict[str, str]) -> None:
    count = (
        "import pathlib, sys; files = [p for root in ('/app', '/opt') for p in pathlib.Path(root).rglob('*.py')"
        " if p.parent.name != 'bin'];"
        "print(len(files), sum(not list((p.parent / '__pycache__').glob(p.stem + '.*.pyc')) for p in files))"
    )
    for image in images.values():
        files, uncompiled = map(int, run(client, image, "-c", count).split())
        assert files > 1000
        assert uncompiled == 0


def test_no_tools_of_the_build_are_inside(client: docker.DockerClient, images: dict[str, str]) -> None:
    look = (
        "import pathlib, shutil; print([t for t in ('gcc', 'cc', 'strip', 'make', 'git') if shutil.which(t)],"
        "[str(p) for p in pathlib.Path('/').glob('root/.cache/*')],"
        "[str(p) for p in pathlib.Path('/app').rglob('*') if p.name in ('tests', 'system.yaml', 'Dockerfile')],"
        "[str(p) for p in pathlib.Path('/var/lib/apt/lists').glob('*_*')])"
    )
    assert run(client, images[RUNTIME], "-c", look, user="0:0") == "[] [] [] []\n"


def test_the_image_is_small(client: docker.DockerClient, images: dict[str, str]) -> None:
    base = client.images.get("python:3.13-slim-trixie").attrs["Size"]
    sizes = {name: client.images.get(tag).attrs["Size"] - base for name, tag in images.items()}
    assert sizes[RUNTIME] < LARGEST, sizes
    assert sizes[RUNTIME] < sizes[DOUBLES] < LARGEST + 60 * 1024 * 1024, sizes
