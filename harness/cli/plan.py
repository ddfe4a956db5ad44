"""`launchgate plan`: what would be run, in full. Starts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Format, OutputFormat
from harness.cli.project import DEFAULT_SEED

if TYPE_CHECKING:
    from harness.model.plan import Plan, PlannedExpectation, PlannedScenario

Suites = Annotated[list[str] | None, typer.Option("--suite", help="Only this suite; may be repeated.")]
Scenarios = Annotated[list[str] | None, typer.Option("--scenario", help="Only this scenario id; may be repeated.")]
TargetName = Annotated[str, typer.Option("--target", help="Where the system under test runs.")]
ProfileName = Annotated[str, typer.Option("--profile", help="quick for every change, full for the criteria.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Makes every random choice repeatable.")]
EnvironmentName = Annotated[
    str | None, typer.Option("--environment", metavar="NAME", help="Which one, for --target remote.")
]
DefectName = Annotated[str | None, typer.Option("--defect", metavar="ID", help="Plant a declared defect.")]


def plan(
    target: TargetName = "process",
    profile: ProfileName = "quick",
    suite: Suites = None,
    scenario: Scenarios = None,
    seed: Seed = DEFAULT_SEED,
    defect: DefectName = None,
    environment: EnvironmentName = None,
    output: OutputFormat = Format.HUMAN,
) -> None:
    """Print what would be run: steps, expectations, versions, digest. Runs nothing.

    \b
    Example: launchgate plan --profile quick --suite load
    """
    from harness.cli.project import PlanOptions, load_project, prepare_plan

    options = PlanOptions(target, profile, tuple(suite or ()), tuple(scenario or ()), seed, defect, environment)
    made, left_out = prepare_plan(load_project(), options)
    if output is Format.JSON:
        typer.echo(made.model_dump_json(by_alias=True, indent=1))
    else:
        typer.echo("\n".join(_lines(made)))
    for one in left_out:
        typer.echo(f"left out: {one.scenario}: {one.reason}", err=True)


def _lines(made: Plan) -> list[str]:
    git = made.git
    tree = git.commit[:12] + (f" ({git.branch})" if git.branch else "")
    tree += ", with uncommitted changes" if git.dirty else ""
    of = f" {made.environment}" if made.environment else ""
    seconds = sum(s.duration for s in made.scenarios)
    lines = [
        f"plan of {made.system} · target {made.target}{of} · profile {made.profile} · seed {made.seed}",
        f"digest   {made.digest}",
        f"commit   {tree}",
        f"tools    {', '.join(f'{name} {version}' for name, version in made.tools.items())}",
        f"at most  {seconds:g} s for {len(made.scenarios)} scenario(s), besides bringing the target up",
    ]
    if made.defect:
        lines.append(f"defect   {made.defect.id}: {made.defect.title} (such a run never opens a gate)")
    lines += [f"waiver   {w.id} of {w.owner}, until {w.expires}" for w in made.waivers]
    return lines + [line for scenario in made.scenarios for line in _scenario(scenario)]


def _scenario(scenario: PlannedScenario) -> list[str]:
    cited = f" · {', '.join(scenario.metadata.criteria)}" if scenario.metadata.criteria else ""
    lines = [
        "",
        f"{scenario.id}: {scenario.metadata.title}",
        f"  {scenario.suite} · {scenario.evidence} evidence · {scenario.duration:g} s · {scenario.metadata.owner}"
        f"{cited} · {scenario.source}",
    ]
    lines += [f"  steady   {p.probe} {p.endpoint}{p.path} answers {p.status} within {p.within:g} s"
              for p in scenario.steady_state]  # fmt: skip
    for step in scenario.steps:
        shown = ", ".join(f"{k}={v}" for k, v in step.params.items() if v not in (None, {}, []))
        lines.append(f"  step     {step.id} at {step.at:g} s: {shown[:160]}{'…' if len(shown) > 160 else ''}")
    return lines + [f"  expect   {_expectation(e)}" for e in scenario.expectations]


def _expectation(e: PlannedExpectation) -> str:
    parts = [f"{e.id} {e.pass_}"]
    if f"{e.metric.name}.{e.statistic}" not in e.id and not e.id.startswith(e.metric.name):
        labels = ",".join(f"{k}={v}" for k, v in e.labels.items())
        parts[0] = f"{e.id}: {e.metric.name}.{e.statistic}{f'[{labels}]' if labels else ''} {e.pass_}"
    parts += [f"warn {e.warn}"] if e.warn else []
    parts += [f"abort {e.abort} for {e.abort.holds_for:g} s"] if e.abort else []
    if e.window_from or e.window_to is not None:
        parts.append(f"from {e.window_from:g} s to {'the end' if e.window_to is None else f'{e.window_to:g} s'}")
    parts += [f"at least {e.min_samples} samples"] if e.min_samples > 1 else []
    parts += ["validity"] if e.validity else []
    parts += ["standing"] if e.standing else []
    return " · ".join([*parts, e.source])
