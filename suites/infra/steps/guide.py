"""Step `guide`: a person's guide, carried out to the letter on a cluster that the guide itself makes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.model.errors import SuiteError, ToolMissing
from suites.infra.blocks import Block, Ran, clusters_of, read_output, script_of, shell_blocks, teardown_of
from suites.infra.emit import Speaker
from suites.infra.params import Guide

PROJECT = Path(__file__).resolve().parents[3]
_TEARDOWN_WITHIN = 120.0
_LIST_WITHIN = 30.0
_LINES = 12  # of a block's output, in the message of its failure


def run_guide(params: Guide, speaker: Speaker, project: Path = PROJECT) -> None:
    """Executes every block; what the guide made is taken away whatever happened.

    The guide is read from the project and carried out in the sources that are under test.
    Raises ToolMissing without bash, SuiteError for a guide without blocks or without a way back, and when a cluster
    of the guide's name is there already: it is somebody's, and the way back would delete it.
    """
    bash = shutil.which("bash")
    if bash is None:
        raise ToolMissing("bash is not installed, so the guide was not carried out", advice="install bash")
    context = speaker.context
    path = project / params.file
    if not path.is_file():
        raise SuiteError("the guide is not there", where=params.file)
    blocks = shell_blocks(path.read_text(encoding="utf-8"))
    undo = teardown_of(blocks)
    if not blocks or not undo:
        what = "takes nothing away (no `kind delete cluster`)" if blocks else "has no shell block"
        raise SuiteError(f"the guide {what}, so it cannot be carried out", where=params.file)
    _keep_off_others(undo, speaker)
    sources = Path(context.access.get("sources") or project).resolve()
    script = speaker.keep("guide.sh", script_of(blocks))
    with tempfile.TemporaryDirectory(prefix="launchgate-guide-") as scratch:
        # Its own kubeconfig: neither that of the run nor that of the person at this machine.
        env = {"KUBECONFIG": str(Path(scratch) / "kubeconfig")}
        argv = [bash, "-euo", "pipefail", "-c", 'cd "$1" && . "$2"', "guide", str(sources), str(script.resolve())]
        try:
            result = context.run_tool(argv, name="guide", timeout=params.within, env=env)
        finally:
            # a fault of its own does not hide what the guide did: the cluster may be gone already
            context.run_tool([bash, "-c", "\n".join(undo)], name="guide-teardown", timeout=_TEARDOWN_WITHIN, env=env)
    output = result.log.read_text(encoding="utf-8", errors="replace")
    ended = "the time was up" if result.timed_out else f"stopped: {result.stopped}" if result.stopped else ""
    _tell(blocks, read_output(blocks, output, result.returncode), ended, speaker)


def _keep_off_others(undo: Sequence[str], speaker: Speaker) -> None:
    listed = speaker.context.run_tool(["kind", "get", "clusters"], name="guide-clusters", timeout=_LIST_WITHIN)
    if listed.returncode != 0:
        raise SuiteError("kind does not say which clusters there are", where=speaker.context.relative(listed.log))
    there = set(listed.log.read_text(encoding="utf-8", errors="replace").split()) & clusters_of(undo)
    if there:
        name = min(there)
        raise SuiteError(
            f"there is a cluster {name} already, which the guide would take away",
            advice=f"`kind delete cluster --name {name}` if nobody needs it, then run again",
        )


def _tell(blocks: Sequence[Block], ran: dict[int, Ran], ended: str, speaker: Speaker) -> None:
    """A check per block; those behind the one that failed were not reached."""
    failed, missing = "", []
    for block in blocks:
        one = ran[block.line]
        evidence = [speaker.keep(f"block-{block.line}.log", f"{block.text}\n--- output ---\n{one.output}")]
        if one.code == 0:
            speaker.check(block.check, [], evidence, seconds=one.seconds)
        elif one.begun:
            said = "\n".join(one.output.splitlines()[-_LINES:])
            failed = f"line {block.line}: {ended or f'exit code {one.code}'}: {said}"
            speaker.check(block.check, [failed], evidence)
        else:
            speaker.skipped(block.check, f"not reached, because of {failed.splitlines()[0] if failed else ended}")
            missing.append(f"{block.check}: not reached")
    speaker.check("guide", [failed] if failed else [ended] if ended else missing)
    speaker.receipt("guide", "blocks", len(blocks), sum(one.begun for one in ran.values()), missing)
