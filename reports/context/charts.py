"""Facts of a load test → the charts of its report. What was not measured says so and draws no axes."""

from __future__ import annotations

from dataclasses import replace

from harness.model.metric import percentile_of
from harness.model.plan import PlannedScenario
from reports.charts.model import Chart, Limit, Line, Panel
from reports.charts.style import series_style
from reports.context.facts import Facts
from reports.context.series import amounts, gauge_lines, percentile_points, rate_points, single, slice_seconds

_ABSENT = "Not measured."
_FAR = 4.0  # a threshold this many times above the highest value would flatten the lines; it is named instead


def load_charts(facts: Facts, planned: PlannedScenario | None) -> tuple[Chart, ...]:
    """Every chart of the load report, in the order of reading."""
    marks = tuple((f.t, f"{f.fault} {f.state}") for f in facts.faults if f.t >= 0)
    made = (
        _latency(facts, planned), _throughput(facts), _errors(facts), _cpu(facts), _memory(facts),
        _connections(facts), _queue(facts),
    )  # fmt: skip
    until = max(chart.end for chart in made)
    return tuple(replace(c, marks=marks if c.panels else (), until=until) for c in made)


def _latency(facts: Facts, planned: PlannedScenario | None) -> Chart:
    title, found = "Latency percentiles over time", facts.of("http.latency")
    step = slice_seconds(found)
    looks = (("p50", "green", (1.5, 1.8)), ("p95", "blue", ()), ("p99", "orange", (5.0, 2.0)))
    points = percentile_points(found, (50.0, 95.0, 99.0), step)
    lines = tuple(Line(name, p, colour, dash) for (name, colour, dash), p in zip(looks, points, strict=True))
    if not lines[0].points:
        return Chart("latency", title, note=_ABSENT)
    highest = max(line.peak for line in lines)
    limits = _limits(planned)
    near = tuple(limit for limit in limits if limit.value <= _FAR * highest)
    far = [limit.label for limit in limits if limit.value > _FAR * highest]
    note = f"All operations together, {_per(step)}."
    if far:
        note += f" Far above the drawn range: {', '.join(far)}."
    return Chart("latency", title, (Panel("from due to answered", lines, "time", step, limits=near),), note)


def _limits(planned: PlannedScenario | None) -> tuple[Limit, ...]:
    found: set[tuple[float, str]] = set()
    for e in planned.expectations if planned else ():
        # the lines are those of all operations: a threshold of one of them would be held against the wrong line
        latency = e.metric.name == "http.latency" and percentile_of(e.statistic) is not None
        if latency and not e.labels and e.pass_.op in ("<", "<="):
            found.add((e.pass_.value, f"{e.statistic} {e.pass_}"))
    return tuple(Limit(text, value) for value, text in sorted(found))


def _throughput(facts: Facts) -> Chart:
    title, found = "Throughput and users", facts.of("http.error_rate")
    if not found:
        return Chart("throughput", title, note=_ABSENT)
    step = slice_seconds(found)
    last = int(max(m.t for m in found) // step)
    failed = amounts(found, step, lambda m: m.value or 0.0)
    passed = amounts(found, step, lambda m: m.count - (m.value or 0.0))
    lines = (
        Line("answered well", rate_points(passed, step, last), "blue"),
        Line("failed", rate_points(failed, step, last), "red"),
    )
    panels = [Panel("requests per second", lines, step=step, stacked=True)]
    users = single("users", facts.of("load.users"), step, 2)
    if users:
        panels.append(Panel("users", users, step=step, share=1.2))
    note = "Requests by outcome." if users else "Requests by outcome. Users over time: not measured."
    return Chart("throughput", title, tuple(panels), note)


def _errors(facts: Facts) -> Chart:
    title, found, all_ = "Errors over time", facts.of("http.errors"), facts.of("http.error_rate")
    if not all_ and not found:
        return Chart("errors", title, note=_ABSENT)
    kinds = facts.label_values("http.errors", "kind")
    step, total = slice_seconds([*all_, *found]), sum(m.count for m in all_)
    if not any(m.value for m in [*found, *all_]):
        return Chart("errors", title, note=f"No error was observed in {total:,} requests.")
    last = int(max(m.t for m in [*all_, *found]) // step)
    if not kinds:  # the kind was not recorded: the share of failures is all there is
        failed = amounts(all_, step, lambda m: m.value or 0.0)
        return Chart("errors", title, (Panel("errors per second", (
            Line("failed", rate_points(failed, step, last), "red"),), step=step, stacked=True),))  # fmt: skip
    lines = tuple(
        Line(kind, rate_points(amounts([m for m in found if m.labels.get("kind") == kind], step,
                                       lambda m: m.value or 0.0), step, last), colour)
        for kind, colour in zip(kinds, ("red", "purple", "orange", "grey", "sky", "brown") * len(kinds), strict=False)
    )  # fmt: skip
    return Chart("errors", title, (Panel("errors per second", lines, step=step, stacked=True, share=2.2),), "By kind.")


def _cpu(facts: Facts) -> Chart:
    services, generator = facts.of("resource.cpu"), facts.of("generator.cpu")
    step = slice_seconds([*services, *generator])
    lines = gauge_lines(services, "service", step)
    own = tuple(Line("load generator", line.points, "ink", (1.0, 1.5)) for line in single("", generator, step, 0))
    if not lines and not own:
        return Chart("cpu", "CPU", note=_ABSENT)
    missing = [] if lines else ["the services"]
    missing += [] if own else ["the load generator"]
    note = "100 % is one core." + (f" Not measured: {', '.join(missing)}." if missing else "")
    return Chart("cpu", "CPU", (Panel("CPU time per second", (*lines, *own), "ratio", step),), note)


def _memory(facts: Facts) -> Chart:
    found = facts.of("resource.memory")
    step = slice_seconds(found)
    lines = gauge_lines(found, "service", step)
    if not lines:
        return Chart("memory", "Memory", note=_ABSENT)
    return Chart("memory", "Memory", (Panel("resident memory", lines, "bytes", step),), "Per service.")


def _connections(facts: Facts) -> Chart:
    title, names = "Database connections", ("size", "in_use", "waiting")
    pool = [(name, facts.of(f"db.pool.{name}")) for name in names]
    server = facts.of("db.connections")
    step = slice_seconds([*server, *(m for _, found in pool for m in found)])
    words = {"size": "pool size", "in_use": "pool in use", "waiting": "waiting for the pool"}
    lines = [line for i, (name, found) in enumerate(pool) for line in single(words[name], found, step, i)]
    for i, line in enumerate(gauge_lines(server, "state", step)):
        colour, dash = series_style(3 + i)
        lines.append(Line(f"PostgreSQL: {line.label or 'all'}", line.points, colour, dash))
    if not lines:
        return Chart("connections", title, note=_ABSENT)
    missing = [words[name] for name, found in pool if not found] + ([] if server else ["as PostgreSQL counts them"])
    note = f"Not measured: {', '.join(missing)}." if missing else ""
    return Chart("connections", title, (Panel("connections", tuple(lines), step=step, share=2.4),), note)


def _queue(facts: Facts) -> Chart:
    found = facts.of("queue.depth")
    step = slice_seconds(found)
    lines = tuple(Line(x.label or "jobs", x.points, x.colour, x.dash) for x in gauge_lines(found, "queue", step))
    if not lines:
        return Chart("queue", "Queue depth", note=_ABSENT)
    return Chart("queue", "Queue depth", (Panel("jobs waiting", lines, step=step, share=2.0),), "Per queue.")


def _per(step: float) -> str:
    return "second by second" if step == 1 else f"in slices of {step:g} s"
