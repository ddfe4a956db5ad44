"""The pages that a person sees."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
_NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, status: int = 200, *, sends_to: str = "", **values: Any) -> HTMLResponse:
    """Return a page. ``sends_to`` is where its forms lead in the end, by redirect.

    Browsers hold ``form-action`` against redirects too, so the client's origin must be named.
    """
    forms = "'self'"
    if sends_to:
        parts = urlsplit(sends_to)
        forms += f" {parts.scheme}://{parts.netloc}"
    policy = f"{_NOTHING}; style-src 'self'; img-src 'self'; form-action {forms}"
    html = _templates.get_template(name).render(**values)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": policy})
