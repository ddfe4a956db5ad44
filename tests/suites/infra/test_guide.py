"""The guide is carried out to the letter: block after block in one shell, and what it made is taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.errors import SuiteError
from harness.model.observation import CheckResult, Receipt
from suites.infra.blocks import clusters_of, read_output, script_of, shell_blocks, teardown_of
from suites.infra.emit import Speaker
from suites.infra.params import Guide
from suites.infra.steps.guide import run_guide
from tests.suites.infra.fake_cluster import InfraContext, outcome

FILE = "guide.md"
UNDO = "```sh\nkind delete cluster --name x\n```\n"


def guide(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **params: object) -> InfraContext:
    """Carries a guide out; `kind` is a stand-in that writes down what it was asked."""
    tools = tmp_path / "tools"
    tools.mkdir()
    there = f"cat {tmp_path}/clusters 2>/dev/null; exit 0"
    (tools / "kind").write_text(f'#!/bin/sh\ntest "$1" = get && {{ {there}; }}\necho "$@" >> {tmp_path}/kind.log\n')
    (tools / "kind").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    (tmp_path / FILE).write_text(text)
    context = InfraContext(tmp_path, sources=str(tmp_path))
    run_guide(Guide.model_validate({"file": FILE, **params}), Speaker("under-test", "guide", context), tmp_path)
    return context


def undone(tmp_path: Path) -> list[str]:
    return (tmp_path / "kind.log").read_text().splitlines()


def test_blocks_share_one_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = guide(f"# Guide\n\n```sh\nNAME=x\ncd /tmp\n```\n\n```sh\ntest $NAME = x\ntest $PWD = /tmp\n```\n{UNDO}",
                    tmp_path, monkeypatch)  # fmt: skip
    assert outcome(context) == {"guide.3": "passed", "guide.8": "passed", "guide.12": "passed", "guide": "passed"}
    assert context.receipt().complete
    assert undone(tmp_path)[-1] == "delete cluster --name x"


def test_the_first_failure_ends_it_and_what_was_made_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = guide(
        f"```sh\necho one\nls /nowhere\necho two\n```\n```sh\necho three\n```\n{UNDO}", tmp_path, monkeypatch
    )
    assert outcome(context) == {"guide.1": "failed", "guide.6": "skipped", "guide.9": "skipped", "guide": "failed"}
    assert "/nowhere" in context.check("guide.1").message
    assert "three" not in context.check("guide").message
    (receipt,) = context.of(Receipt)
    assert not receipt.complete
    assert undone(tmp_path) == ["delete cluster --name x"]


def test_a_pipe_that_breaks_and_a_variable_that_is_not_set_are_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outcome(guide(f"```sh\nfalse | cat\n```\n{UNDO}", tmp_path, monkeypatch))["guide.1"] == "failed"


def test_a_variable_that_is_not_set_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcome(guide(f"```sh\necho $NOBODY_SET_THIS\n```\n{UNDO}", tmp_path, monkeypatch))["guide.1"] == "failed"


def test_a_block_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = guide(f"```sh\nsleep 60\n```\n{UNDO}", tmp_path, monkeypatch, within="1s")
    assert context.check("guide.1").outcome == "failed"
    assert "time was up" in context.check("guide.1").message
    assert undone(tmp_path) == ["delete cluster --name x"]


def test_the_output_of_each_block_is_evidence_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = guide(f"```sh\necho first\n```\n```sh\necho second >&2\n```\n{UNDO}", tmp_path, monkeypatch)
    texts = {c.check: (tmp_path / c.evidence[0]).read_text() for c in context.of(CheckResult) if c.evidence}
    assert texts["guide.1"].endswith("first\n")
    assert texts["guide.4"].endswith("second\n")


def test_somebodys_cluster_of_the_same_name_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clusters").write_text("another\nx\n")
    with pytest.raises(SuiteError, match="there is a cluster x already") as refused:
        guide(f"```sh\ntrue\n```\n{UNDO}", tmp_path, monkeypatch)
    assert "kind delete cluster --name x" in refused.value.advice
    assert not (tmp_path / "kind.log").exists(), "nothing was made, nothing taken away"


def test_the_clusters_that_a_guide_takes_away() -> None:
    commands = ["kind delete cluster --name a", "kind delete cluster --name=b  # gone", "kind delete cluster"]
    assert clusters_of(commands) == {"a", "b", "kind"}


@pytest.mark.parametrize(("text", "says"), [("# nothing\n", "no shell block"), ("```sh\ntrue\n```\n", "nothing away")])
def test_a_guide_that_cannot_be_carried_out_is_refused(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SuiteError, match=says):
        guide(text, tmp_path, monkeypatch)


def test_a_guide_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="not there"):
        run_guide(Guide(file="none.md"), Speaker("s", "guide", InfraContext(tmp_path)), tmp_path)


def test_only_shell_blocks_are_taken() -> None:
    text = (
        "```yaml\na: b\n```\n~~~sh\necho '```'\n~~~\n"
        "  ```bash title=x\n  echo 2\n  ```\n```\nplain\n```\n```shell\nx\n```"
    )
    assert [(b.line, b.text) for b in shell_blocks(text)] == [(4, "echo '```'\n"), (7, "  echo 2\n"), (13, "x\n")]


def test_a_block_with_a_quote_that_is_not_closed_is_its_own_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = guide(f"```sh\ntrue\n```\n```sh\necho 'open\n```\n{UNDO}", tmp_path, monkeypatch)
    assert outcome(context) | {"guide": ""} == {
        "guide.1": "passed", "guide.4": "failed", "guide.7": "skipped", "guide": ""}  # fmt: skip


def test_the_way_back_is_found_and_the_account_of_an_empty_output_is_empty() -> None:
    blocks = shell_blocks("```sh\nkind create cluster --name y\n```\n```sh\nkind delete cluster --name y\n```\n")
    assert teardown_of(blocks) == ["kind delete cluster --name y"]
    assert "eval" in script_of(blocks)
    assert [one.begun for one in read_output(blocks, "", 1).values()] == [False, False]
