"""README and the help texts are held against the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.main import _COMMANDS, app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = [name for name, _, _ in _COMMANDS]


def help_of(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--help"], prog_name="launchgate", env={"COLUMNS": "80"})
    assert result.exit_code == 0
    return result.output


def commands_in(text: str) -> list[list[str]]:
    """Every `launchgate …` line of a text, as words, up to a comment or the next command."""
    found = []
    for line in re.findall(r"\blaunchgate ([a-z][^\n#`]*)", text):
        for part in ("launchgate " + line).split("&&"):
            words = shlex.split(part.strip())
            if words[:1] == ["launchgate"] and len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
                found.append(words[1:])
    return found


def test_readme_shows_the_help_of_today() -> None:
    shown = re.search(r"<!-- launchgate --help -->\n```text\n(.*?)\n```", README, re.S)
    assert shown, "README has lost its help block"
    assert shown[1].split() == help_of().split()


def test_readme_s_two_commands_are_targets_of_the_makefile() -> None:
    block = re.search(r"## Two commands.*?```sh\n(.*?)```", README, re.S)
    assert block
    named = re.findall(r"^make ([a-z-]+)", block[1], re.M)
    assert named == ["verify", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z-]+)", README):
        assert re.search(rf"^{target}:", makefile, re.M), f"make {target} is not there"


def test_what_ci_runs_begins_with_readme_s_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "make test" in lines
    assert {"make verify", "make verify TARGET=kind"} <= set(lines)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_shows_an_example_that_exists(name: str) -> None:
    text = help_of(name)
    assert "Example: launchgate " in text
    examples = commands_in(text.split("Example:")[1].split("Options:")[0])
    assert any(words[0] == name for words in examples)


def code_of_readme() -> str:
    """Its code blocks and inline code, where a command is meant to be typed."""
    blocks = re.findall(r"```(?:sh|yaml)\n(.*?)```", README, re.S)
    inline = re.findall(r"`(launchgate [^`]*)`", README)
    return "\n".join([*blocks, *inline])


DOCUMENTED = [w for text in [code_of_readme(), *(help_of(n).split("Options:")[0] for n in NAMES)]
              for w in commands_in(text[text.find("Example:"):] if "Usage:" in text else text)]  # fmt: skip


def test_there_are_documented_calls() -> None:
    assert len(DOCUMENTED) >= 20
    assert {words[0] for words in DOCUMENTED} == set(NAMES)


@pytest.mark.parametrize("words", DOCUMENTED, ids=" ".join)
def test_documented_calls_name_commands_and_options_that_exist(words: list[str]) -> None:
    if words[0] not in NAMES:
        pytest.fail(f"launchgate {words[0]} is documented and does not exist")
    known = help_of(words[0])
    for option in (w for w in words[1:] if w.startswith("--")):
        assert re.search(rf"{option}\b", known), f"launchgate {words[0]} has no {option}"
    for word in words[1:]:
        if word.startswith("scenarios/"):
            assert (ROOT / word).exists()


def test_every_room_of_the_architecture_exists_and_every_room_is_in_it() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(
        re.findall(r"^\| `((?:harness|suites|scenarios|reports|system_under_test|ci|tests)[^`<]*)/?", text, re.M)
    )
    for room in named:
        assert (ROOT / room).is_dir(), room
    rooms = {f"harness/{p.name}/" for p in (ROOT / "harness").iterdir() if (p / "__init__.py").is_file()}
    assert rooms <= {r if r.endswith("/") else r + "/" for r in named}


def test_every_decision_has_its_alternatives_and_a_status() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [p.name[:4] for p in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        assert "**Status**" in page.read_text(encoding="utf-8"), page.name
