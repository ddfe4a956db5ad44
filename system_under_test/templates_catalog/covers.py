"""Covers: one drawing (SVG) per motif, in the colours of a template."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from system_under_test.templates_catalog.tables import Template

_DRAWINGS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "drawings"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that has ``share`` (0 to 1) of ``first`` and the rest of ``second``."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def render_cover(template: Template) -> str:
    """Return the cover as an SVG document of 800 by 600 units; raises when the motif is unknown."""
    return _DRAWINGS.get_template(f"{template.motif}.svg.j2").render(
        accent=template.accent,
        ink=template.ink,
        paper=template.paper,
        second=template.second,
        mix=mix,
    )
