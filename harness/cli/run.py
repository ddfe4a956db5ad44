"""`launchgate run`: bring the system up, run the scenarios, judge, report, and say whether it may go live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import RunsDir
from harness.cli.plan import DefectName, EnvironmentName, ProfileName, Scenarios, Seed, Suites, TargetName
from harness.cli.project import DEFAULT_SEED

if TYPE_CHECKING:
    from harness.cli.project import Project
    from harness.model.environment import Environment
    from harness.model.plan import Plan
    from harness.model.policy import Policy
    from harness.model.record import GateDecision, RunRecord
    from harness.store.folder import RunFolder


def run(
    target: TargetName = "process",
    profile: ProfileName = "quick",
    suite: Suites = None,
    scenario: Scenarios = None,
    seed: Seed = DEFAULT_SEED,
    defect: DefectName = None,
    environment: EnvironmentName = None,
    policy: Annotated[str, typer.Option(help="The policy of the gate at the end.")] = "default",
    keep: Annotated[bool, typer.Option("--keep", help="Leave a kind cluster up, for the next run to use.")] = False,
    runs_dir: RunsDir = Path("runs"),
) -> None:
    """Run scenarios against a target and exit with the gate's code: 0 only if everything required was seen.

    \b
    Example: launchgate run --profile quick
             launchgate run --suite e2e --defect event-never-shown
             launchgate run --target kind --keep
             launchgate run --target remote --environment beta --suite e2e
    """
    from harness.cli.project import PlanOptions, load_project, prepare_plan
    from harness.cli.table import print_record
    from harness.model.errors import ExitCode, UsageError
    from harness.store.folder import RunFolder

    project = load_project()
    gate_policy = project.policy(policy)
    options = PlanOptions(target, profile, tuple(suite or ()), tuple(scenario or ()), seed, defect, environment)
    plan, left_out = prepare_plan(project, options)
    for one in left_out:
        typer.echo(f"left out: {one.scenario}: {one.reason}", err=True)
    if keep and "keep" not in project.catalogue.targets[target]:
        raise UsageError(f"target {target} cannot be kept", advice="leave --keep out, or choose --target kind")
    folder = RunFolder.create(runs_dir, plan)
    record = _carry_out(plan, folder, project, keep, project.environment(environment) if environment else None)
    reports_are_whole = _report(folder)
    folder.seal()
    print_record(record)
    if suite or scenario:
        # A part of the scenarios can pass; it cannot open the gate of a policy that asks for more.
        gate_policy = gate_policy.model_copy(update={"scenarios": [], "criteria": []})
    decision = _decide(record, gate_policy, project)
    word = "OPEN" if decision.open else "CLOSED"
    part = f"not asked: only a part was selected; launchgate gate asks policy {policy}" if suite or scenario else ""
    typer.echo(f"gate      {part or f'{word} under policy {policy}'}")
    for waiver in decision.waivers_used:
        typer.echo(f"waiver    {waiver} was used")
    typer.echo(f"run       {folder.path}")
    if any("interrupted by" in reason for reason in record.reasons):
        raise typer.Exit(ExitCode.INTERRUPTED)
    code = decision.status.exit_code or (ExitCode.PASS if decision.open else ExitCode.INCONCLUSIVE)
    raise typer.Exit(code if reports_are_whole else max(code, ExitCode.ERROR))


def _carry_out(plan: Plan, folder: RunFolder, project: Project, keep: bool, remote: Environment | None) -> RunRecord:
    from harness import wiring
    from harness.cli.console import ConsoleListener
    from harness.judge.run import judge_run
    from harness.run.lifecycle import Equipment, run_plan

    with wiring.supervisor(plan.run_id, folder.evidence / "keeper.log") as spawner:
        gear = Equipment(
            project=project.root,
            workdir=spawner.scratch(),
            system=project.system,
            environment=project.system.environment,
            target=wiring.target_class(plan.target)(spawner),
            suites=wiring.suites({s.suite for s in plan.scenarios}),
            spawner=spawner,
            judge=judge_run,
            publish=ConsoleListener(),
            keep=keep,
            remote=remote,
            settings=wiring.settings(),
        )
        return run_plan(plan, folder, gear)


def _report(folder: RunFolder) -> bool:
    """Writes the reports and prints their paths. False when one had to be refused; a missing PDF is only said."""
    from harness import wiring
    from harness.cli.output import fail_with
    from harness.model.errors import LaunchgateError

    try:
        written = wiring.write_reports(folder.path)
    except LaunchgateError as error:
        fail_with(error)
        return False
    for one in written:
        if one.path is not None:
            typer.echo(f"report    {one.path}  ({one.name})")
    for problem in {str(one.problem): one.problem for one in written if one.problem is not None}.values():
        fail_with(problem)
    return True


def _decide(record: RunRecord, policy: Policy, project: Project) -> GateDecision:
    from harness.cli.gate import today
    from harness.judge.gate import decide

    return decide(record, policy, project.waivers_in_force(), today())
