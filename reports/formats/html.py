"""Templates → HTML. One environment: everything is escaped, and a name that does not exist is an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.charts.draw import draw
from reports.charts.model import Chart
from reports.charts.style import PALETTE, variables


@cache
def environment() -> Environment:
    """The one environment of the report family."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(chart_variables=variables)
    return made


def render(template: str, *, paper: bool, **context: Any) -> str:
    """One page. `paper` chooses fixed colours and page rules instead of variables and dark mode."""

    def svg(chart: Chart) -> Markup:
        return Markup(draw(chart, paper=paper))  # noqa: S704  drawn by us, its texts escaped by the drawing library

    def colour(name: str) -> str:
        return PALETTE[name][0] if paper else f"var(--chart-{name})"

    helpers: dict[str, Callable[..., Any]] = {"svg": svg, "colour": colour}
    return environment().get_template(template).render(paper=paper, **helpers, **context)
