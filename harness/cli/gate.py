"""`launchgate gate`: may what this run looked at go live, under this policy?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import Format, OutputFormat, RunName, RunsDir


def gate(
    run: RunName = "latest",
    policy: Annotated[str, typer.Option(help="Name of a file in scenarios/policies/, or a path.")] = "default",
    commit: Annotated[
        str | None,
        typer.Option(help="The commit that is to go live; 'any' does not ask.", show_default="that of this checkout"),
    ] = None,
    runs_dir: RunsDir = Path("runs"),
    output: OutputFormat = Format.HUMAN,
) -> None:
    """Decide with a policy and the waivers in force; the exit code is the answer. Works offline.

    \b
    Example: launchgate gate latest --policy default
             launchgate gate ./copied-run --commit 4f2a91c
    """
    from harness.cli.project import load_project
    from harness.cli.rejudge import check_raw, judge_folder
    from harness.judge.gate import decide
    from harness.store.folder import find_run

    project = load_project()
    path = find_run(runs_dir, run)
    check_raw(path)
    # The verdict is derived anew: a record.json that somebody edited opens nothing.
    record = judge_folder(path)
    decision = decide(
        record, project.policy(policy), project.waivers_in_force(), today(), _to_go_live(commit, project.root)
    )
    if output is Format.JSON:
        typer.echo(decision.model_dump_json(indent=1))
    else:
        word = "OPEN" if decision.open else "CLOSED"
        typer.echo(f"gate {word} · policy {decision.policy} · {decision.status} · run {record.run_id}")
        for reason in decision.reasons:
            typer.echo(f"  - {reason}")
    raise typer.Exit(decision.status.exit_code if decision.open or decision.status.exit_code else 20)


def _to_go_live(commit: str | None, root: Path) -> str | None:
    """The commit that the evidence must be of; None where it is not asked, or the checkout cannot tell."""
    from harness.model.errors import UsageError
    from harness.model.plan import GitState
    from harness.planning.surroundings import git_state

    if commit == "any":
        return None
    if commit is None:
        here = git_state(root).commit
        return None if here == GitState().commit else here
    if not re.fullmatch(r"[0-9a-f]{7,40}", commit):
        raise UsageError(f"'{commit}' is no commit", advice="give 7 to 40 hexadecimal digits, or 'any'")
    return commit


def today() -> date:
    """The day on which waivers are held against their expiry, UTC."""
    return datetime.now(UTC).date()
