"""Expectations: the metric, statistic, labels, thresholds and window they name, held against what exists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from harness.model.metric import MetricSpec, split_metric
from harness.model.plan import PlannedExpectation
from harness.model.scenario import Expectation, Profile
from harness.model.threshold import Threshold
from harness.scenario.metric_names import explain_unknown
from harness.scenario.problems import KeyPath, Problem, dotted, show, suggestion
from harness.scenario.thresholds import Misfit, check_abort, check_pass, check_warn, domain_of, fitted
from harness.scenario.yaml_source import Source

MOST_VALUES = 100  # expectations that one entry may stand for


class ExpectationReader:
    """Checks expectations and expands them: one per label value.

    Args:
        criteria: those of the scenario, for expectations that name none.
    """

    def __init__(
        self,
        source: Source,
        metrics: Mapping[str, MetricSpec],
        profiles: Mapping[str, Profile],
        criteria: Sequence[str],
    ) -> None:
        self.source, self.metrics, self.profiles, self.criteria = source, dict(metrics), profiles, criteria
        self.problems: list[Problem] = []

    def read(self, expectation: Expectation, base: KeyPath, *, standing: bool = False) -> list[PlannedExpectation]:
        """The planned expectations, or none and at least one problem."""
        before = len(self.problems)
        found = split_metric(expectation.metric, self.metrics)
        if found is None:
            what, advice = explain_unknown(expectation.metric, self.metrics)
            self._note(what, (*base, "metric"), advice)
            return []
        metric, statistic = found
        self._labels(expectation, metric, base)
        self._window(expectation, base)
        thresholds = self._thresholds(expectation, metric, statistic, base)
        if len(self.problems) > before or thresholds is None:
            return []
        return list(self._expand(expectation, metric, statistic, thresholds, base, standing))

    def _note(self, what: str, path: KeyPath, advice: str = "", *, at_key: bool = False) -> None:
        what = f"{dotted(path)}: {what}"
        self.problems.append(self.source.problem(what, path, advice=advice, at_key=at_key))

    def _labels(self, expectation: Expectation, metric: MetricSpec, base: KeyPath) -> None:
        for label, value in expectation.labels.items():
            path = (*base, "labels", label)
            if label not in metric.labels:
                advice = suggestion(label, metric.labels, of=f"labels of {metric.name}")
                self._note(f"{metric.name} has no label {show(label)}", path, advice, at_key=True)
            elif not value or (isinstance(value, list) and not all(value)):
                self._note("selects nothing", path, "name at least one value, or leave the label out")
            elif isinstance(value, list) and len(set(value)) < len(value):
                self._note("names a value twice", path, "each value is an expectation of its own")
        count = math.prod(len(v) for v in expectation.labels.values() if isinstance(v, list))
        if count > MOST_VALUES:
            path = (*base, "labels")
            self._note(f"stands for {count} expectations, more than {MOST_VALUES}", path, "use * within a value")

    def _window(self, expectation: Expectation, base: KeyPath) -> None:
        window, path = expectation.window, (*base, "window")
        if window.to is not None and window.to <= window.from_:
            self._note(f"the window is empty: it ends at {window.to:g}s and begins at {window.from_:g}s", path)
            return
        for name, profile in self.profiles.items():
            lasts = f"but the method of profile {name} lasts {profile.duration:g}s"
            if window.from_ and window.from_ >= profile.duration:
                self._note(f"the window begins at {window.from_:g}s, {lasts}", (*path, "from"), "move the window")
            elif window.to is not None and window.to > profile.duration:
                self._note(f"the window ends at {window.to:g}s, {lasts}", (*path, "to"), "shorten the window")

    def _thresholds(
        self, expectation: Expectation, metric: MetricSpec, statistic: str, base: KeyPath
    ) -> dict[str, Threshold | None] | None:
        domain = domain_of(metric, statistic)
        written = {"pass": expectation.pass_, "warn": expectation.warn, "abort": expectation.abort}
        fit: dict[str, Threshold | None] = {}
        for key, threshold in written.items():
            fit[key] = self._try(lambda t=threshold: t and fitted(t, domain.dimension), (*base, key))  # type: ignore[misc]
        pass_, warn, abort = fit["pass"], fit["warn"], fit["abort"]
        if pass_ is None:
            return None
        longest = max((p.duration for p in self.profiles.values()), default=0.0)
        self._try(lambda: check_pass(pass_, domain), (*base, "pass"))
        if warn is not None:
            self._try(lambda: check_warn(warn, pass_, domain), (*base, "warn"))
        if abort is not None:
            self._try(lambda: check_abort(abort, pass_, domain, longest), (*base, "abort"))
        return fit

    def _try(self, step: Callable[[], Threshold | None], path: KeyPath) -> Threshold | None:
        try:
            return step()
        except Misfit as misfit:
            self._note(misfit.what, path, misfit.advice)
            return None

    def _expand(
        self, e: Expectation, metric: MetricSpec, statistic: str, thresholds: dict[str, Threshold | None],
        base: KeyPath, standing: bool,
    ) -> list[PlannedExpectation]:  # fmt: skip
        default = statistic == metric.default_statistic()
        name = metric.name if default else f"{metric.name}.{statistic}"
        several = {label for label, value in e.labels.items() if isinstance(value, list)}
        expanded = []
        for labels in selectors(e):
            shown = {k: v for k, v in labels.items() if e.id is None or k in several}
            marks = ",".join(f"{k}={v}" for k, v in sorted(shown.items()))
            expanded.append(
                PlannedExpectation.model_validate({
                    "id": f"{e.id or name}[{marks}]" if marks else e.id or name,
                    "metric": metric, "statistic": statistic, "labels": labels, **thresholds,
                    "window_from": e.window.from_, "window_to": e.window.to,
                    "min_samples": e.min_samples, "validity": e.validity, "standing": standing,
                    "criteria": list(self.criteria if e.criteria is None else e.criteria),
                    "source": f"{self.source.file}:{self.source.line(base)}",
                })
            )  # fmt: skip
        return expanded


def selectors(expectation: Expectation) -> list[dict[str, str]]:
    """One label selector for each combination of the listed values."""
    names = sorted(expectation.labels)
    values = [v if isinstance(v, list) else [v] for v in (expectation.labels[n] for n in names)]
    return [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*values)]
