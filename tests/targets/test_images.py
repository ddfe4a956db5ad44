"""Images of a system: built once for what goes in, told well when they cannot be built."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import ImageNotFound

from harness.model.errors import TargetError
from harness.model.system import System
from harness.targets import docker_engine, images
from harness.targets.images import build_context, build_images, digest
from tests.support import need_docker
from tests.targets.fakes.systems import service, system

DOCKERFILE = "FROM python:3.13-slim\nCOPY code /code\n"


class Project:
    """A project with one image of a name of its own."""

    def __init__(self, folder: Path, dockerfile: str = DOCKERFILE) -> None:
        self.folder, self.name = folder / "project", f"launchgate-test-{uuid.uuid4().hex[:8]}"
        (self.folder / "code").mkdir(parents=True)
        (self.folder / "code/main.py").write_text("print('as it is')\n")
        (self.folder / "Dockerfile").write_text(dockerfile)
        self.said: list[str] = []

    def system(self, *context: str) -> System:
        image = {"name": self.name, "dockerfile": "Dockerfile", "context": context or ("Dockerfile", "code")}
        return system(service("api"), images=[image], sources=["code"])

    def build(self, sources: Path | None = None) -> str:
        built = build_images(self.system(), self.folder, sources or self.folder, self.said.append)
        assert set(built) == {self.name}
        return built[self.name]

    def files(self, *context: str, sources: Path | None = None) -> dict[str, Path]:
        described = self.system(*context)
        return build_context(described.images[0], described, self.folder, sources or self.folder)


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    need_docker()
    with contextlib.closing(docker_engine.connect()) as connected:
        yield connected


@pytest.fixture
def project(tmp_path: Path, client: docker.DockerClient) -> Iterator[Project]:
    made = Project(tmp_path)
    yield made
    for image in client.images.list(made.name):
        for tag in image.tags:
            client.images.remove(tag, force=True)


def test_a_second_run_builds_nothing_and_a_changed_source_builds_anew(
    project: Project, client: docker.DockerClient, tmp_path: Path
) -> None:
    first = project.build()
    assert [line.split()[0] for line in project.said] == ["building", "built"]
    project.said.clear()
    assert project.build() == first
    assert project.said == [f"image {first} is there already"]

    copy = tmp_path / "copy"
    shutil.copytree(project.folder / "code", copy / "code")
    (copy / "code/main.py").write_text("print('with a planted defect')\n")
    other = project.build(sources=copy)
    assert other != first
    said = [client.containers.run(tag, ["python", "/code/main.py"], remove=True) for tag in (first, other)]
    assert said == [b"as it is\n", b"with a planted defect\n"]


def test_old_images_are_forgotten(
    project: Project, client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "KEPT", 2)
    built = []
    for number in range(3):
        (project.folder / "code/main.py").write_text(f"print({number})\n")
        built.append(project.build())
    with pytest.raises(ImageNotFound):
        client.images.get(built[0])
    assert all(client.images.get(tag) for tag in built[1:])


@pytest.mark.parametrize(
    ("dockerfile", "said", "advice"),
    [
        ("FROM python:3.13-slim\nRUN echo almost there && exit 3\n", ["almost there", "returned a non-zero code: 3"],
         "docker build -f Dockerfile ."),
        ("FROM 127.0.0.1:9/no-such-image:1\n", ["could not be built", "127.0.0.1:9"], "base image cannot be pulled"),
        ("FRUM python\n", ["unknown instruction"], "docker build"),
    ],
    ids=["step-fails", "no-base", "no-dockerfile"],
)  # fmt: skip
def test_a_failed_build_is_told_with_its_last_lines(
    project: Project, client: docker.DockerClient, dockerfile: str, said: list[str], advice: str
) -> None:
    (project.folder / "Dockerfile").write_text(dockerfile)
    with pytest.raises(TargetError) as failed:
        project.build()
    told = failed.value.diagnostics()
    assert all(part.lower() in told.lower() for part in said), told
    assert advice in failed.value.advice
    assert client.images.list(project.name) == []


def test_the_context_is_what_the_project_does_not_ignore(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (project.folder / "code/__pycache__").mkdir()
    (project.folder / "code/__pycache__/main.pyc").write_text("")
    (project.folder / "code/notes.md").write_text("")
    (project.folder / "elsewhere.py").write_text("")
    assert set(project.files()) == {"Dockerfile", "code/main.py", "code/notes.md"}
    (project.folder / ".dockerignore").write_text("# all but\n*\n!code\n**/*.md\n")
    assert set(project.files()) == {"Dockerfile", "code/main.py"}


def test_only_what_a_defect_may_change_comes_from_the_copy(tmp_path: Path) -> None:
    project = Project(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(project.folder, copy)
    (copy / "Dockerfile").write_text("FROM scratch\n")
    files = project.files(sources=copy)
    assert files["code/main.py"] == copy / "code/main.py"
    assert files["Dockerfile"] == project.folder / "Dockerfile"


def test_the_digest_is_that_of_names_modes_and_contents(tmp_path: Path) -> None:
    project = Project(tmp_path)
    image, main = project.system().images[0], project.folder / "code/main.py"
    seen = [digest(image, project.files())]
    main.touch()
    assert digest(image, project.files()) == seen[0]
    for change in (lambda: main.chmod(0o755), lambda: main.write_text("2"), lambda: main.rename(main.with_name("b"))):
        change()
        seen.append(digest(image, project.files()))
    seen.append(digest(image.model_copy(update={"stage": "other"}), project.files()))
    assert len(set(seen)) == 5


@pytest.mark.parametrize(
    ("context", "said"),
    [(("Dockerfile", "nowhere"), "nowhere is not there"), (("code",), "its Dockerfile is not in its context")],
)
def test_a_context_that_cannot_be_is_said(tmp_path: Path, context: tuple[str, ...], said: str) -> None:
    with pytest.raises(TargetError, match=said) as failed:
        Project(tmp_path).files(*context)
    assert failed.value.where


@pytest.mark.parametrize(
    ("program", "said", "advice"),
    [
        ("/usr/bin/docker", "Docker does not answer", "start Docker"),
        (None, "Docker is not installed", "install Docker"),
    ],
)
def test_without_a_daemon_the_next_step_is_told(
    program: str | None, said: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    monkeypatch.setattr(docker_engine.shutil, "which", lambda name: program)
    with pytest.raises(TargetError, match=said) as failed:
        docker_engine.connect()
    assert failed.value.advice.startswith(advice)
    assert failed.value.where.endswith("nothing.sock")


def test_a_user_who_may_not_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(where: str) -> None:
        raise PermissionError(13, "Permission denied")  # root, as whom tests may run, is never refused

    monkeypatch.setattr(docker_engine, "_knock", refused)
    with pytest.raises(TargetError, match="this user may not use it") as failed:
        docker_engine.connect()
    assert "group docker" in failed.value.advice


@pytest.mark.parametrize(("host", "here"), [("tcp://10.0.0.1:2375", False), ("ssh://far", False), ("unix:///a", True)])
def test_a_daemon_of_another_machine_is_refused(host: str, here: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with contextlib.nullcontext() if here else pytest.raises(TargetError, match="another machine"):
        docker_engine.check_here()
