"""The colours of the templates as a style sheet, for pages that show a calendar."""

import re
from collections.abc import Iterable

from system_under_test.templates_catalog.tables import Template

_COLOUR = re.compile(r"\A#[0-9a-f]{6}\Z")
_SLUG = re.compile(r"\A[a-z0-9-]+\Z")


def themes_css(templates: Iterable[Template]) -> str:
    """Return one rule per template; pages choose it with ``data-theme``. Odd values are left out."""
    rules = []
    for template in templates:
        colours = {name: getattr(template, name) for name in ("accent", "ink", "paper", "second")}
        if _SLUG.match(template.slug) and all(_COLOUR.match(colour) for colour in colours.values()):
            body = "".join(f"--{name}:{colour};" for name, colour in colours.items())
            rules.append(f'[data-theme="{template.slug}"]{{{body}}}')
    return "\n".join(rules) + "\n"
