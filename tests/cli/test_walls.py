"""The harness knows nothing of the first system that it verifies."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_file_of_the_harness_names_the_shop() -> None:
    named = {
        str(path.relative_to(ROOT)): line
        for path in (ROOT / "harness").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bshop\b|SHOP_|village", line, re.IGNORECASE)
    }
    assert named == {}
