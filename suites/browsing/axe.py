"""axe over a page as it stands: the violations that keep people out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def grave_violations(page: Page, raw: Path) -> list[str]:
    """Serious and critical violations, one sentence a node: rule, element, what axe says. `raw` gets the whole answer.

    Raises RuntimeError when axe looked at nothing: an empty list would be silent green.
    """
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    answer: dict[str, Any] = Axe().run(page).response
    raw.parent.mkdir(parents=True, exist_ok=True)
    raw.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    if not answer.get("passes") and not answer.get("violations"):
        raise RuntimeError(f"axe found nothing to look at on {page.url}")
    return [
        f"{one['id']} at {' '.join(map(str, node['target']))} ({one['help']})"
        for one in answer["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
