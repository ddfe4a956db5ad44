"""The guide's words about the files; suites/infra carries the guide out."""

from __future__ import annotations

import re

import pytest

from tests.deploy.manifests import DEPLOY, ROOT, containers, rendered, templates

pytestmark = pytest.mark.usefixtures("kubectl")

GUIDE = (ROOT / "docs/guides/deployment.md").read_text()


def test_every_file_that_it_names_is_there() -> None:
    paths = set(re.findall(r"\bdeploy/[\w./-]*\w", GUIDE))
    assert len(paths) >= 8
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_it_brings_in_every_image_that_the_manifests_name() -> None:
    pods = [*templates(rendered("overlays/kind")).values(), *templates(rendered("monitoring")).values()]
    images = {container["image"] for template in pods for container in containers(template)}
    assert not [image for image in images if image not in GUIDE]


def test_its_last_block_of_the_first_chapter_takes_away_what_the_first_made() -> None:
    chapter = GUIDE.partition("# Beta and production")[0]
    blocks = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    assert any("kind create cluster" in block and "--name village-calendar" in block for block in blocks)
    assert blocks[-1] == "kind delete cluster --name village-calendar\n"


def test_nothing_in_the_files_names_an_image_without_a_place_in_the_overlay() -> None:
    for path in DEPLOY.rglob("*.yaml"):
        for image in re.findall(r"^\s*image: (\S+)$", path.read_text(), re.MULTILINE):
            assert ":" in image or image in ("village-calendar", "village-calendar-doubles"), path
