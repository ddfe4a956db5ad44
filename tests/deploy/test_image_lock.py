"""The images' locks say what pyproject.toml asks for, in the versions of requirements.lock, and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "deploy/image"
SHOP, DOUBLES = IMAGE / "requirements.txt", IMAGE / "requirements-doubles.txt"
ADVICE = "run `make lock`"
# where the images run
PLATFORM = {
    "python_version": "3.13", "python_full_version": "3.13.0", "sys_platform": "linux", "platform_system": "Linux",
    "os_name": "posix", "implementation_name": "cpython", "platform_python_implementation": "CPython",
}  # fmt: skip


def locked(file: Path) -> dict[str, tuple[set[str], set[str]]]:
    """Package → its versions and its hashes; only those meant for the images' platform."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for block in re.split(r"^(?=[\w])", file.read_text(), flags=re.MULTILINE)[1:]:
        requirement = Requirement(block.splitlines()[0].rstrip("\\ "))
        if requirement.marker is None or requirement.marker.evaluate(PLATFORM):
            versions, hashes = found.setdefault(canonicalize_name(requirement.name), (set(), set()))
            versions.add(str(requirement.specifier))
            hashes |= set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", block))
    return found


def needed(names: Iterable[str]) -> set[str]:
    """What the extras of pyproject.toml need, directly and indirectly, as the installed packages themselves say."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    waiting = [Requirement(text) for name in names for text in extras[name]]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                candidates = [Requirement(text) for text in requires(name) or []]
                waiting += [
                    c for c in candidates if c.marker is None or c.marker.evaluate({**PLATFORM, "extra": extra})
                ]
    return {name for name, _ in seen}


@pytest.mark.parametrize("file", [SHOP, DOUBLES], ids=lambda file: file.name)
def test_versions_and_hashes_are_those_that_were_tested(file: Path) -> None:
    everything = locked(ROOT / "requirements.lock")
    for name, (versions, hashes) in locked(file).items():
        assert hashes, f"{name} has no hash: {ADVICE}"
        assert versions <= everything[name][0], f"{name}: {versions}, tested was {everything[name][0]}: {ADVICE}"
        assert hashes == everything[name][1], f"{name}: other files than were tested: {ADVICE}"


def test_the_shop_gets_what_it_asks_for_and_nothing_else() -> None:
    assert set(locked(SHOP)) == needed(["shop"]), ADVICE


def test_the_doubles_get_what_the_shop_has_not() -> None:
    assert set(locked(DOUBLES)) == needed(["shop", "doubles"]) - needed(["shop"]), ADVICE


def test_a_stale_lock_is_seen() -> None:
    """The other colour: without the doubles' packages, or with them, neither file would pass."""
    assert "moto" in needed(["doubles"])
    assert "moto" not in needed(["shop"])
    assert set(locked(SHOP)) != needed(["shop", "doubles"])


@pytest.mark.parametrize("file", [SHOP, DOUBLES], ids=lambda file: file.name)
def test_no_registry_is_named(file: Path) -> None:
    assert not re.search(r"index|://|--find-links|--trusted-host", file.read_text())
