"""A guide as small as a guide can be, and the sources that it lies in."""

from __future__ import annotations

from pathlib import Path

FILE = "docs/help-center/guide.md"
GUIDE = """---
title: Guide: the first steps
executable: true
---

Press [Begin]{.button at=home} or read [All designs]{.heading
at=templates}. It costs {{ prices.one }}, or {{ prices.two }} for two.

1. Press [Begin]{.button at=home}.
2. Type into [Title]{.field at=home fill="Our kitchen"}, choose
   [Colour]{.select at=home choose="Red"}.

   ![The page with its button.](pictures/begin.png)
3. Read [Done]{.text at=home}; look at [Next]{.link at=home do=look}.

## A part

Some more words, and a [link](other.md#part).

| Price |
|---|
| {{ prices.one }} |
| [Next]{.link at=home} |

1. Press [Next]{.link at=home}.
"""
OTHER = """---
title: Other
---

## Part

Nothing but [How it is]{.text at=any}.
"""


def sources(root: Path, **files: str) -> Path:
    """The sources with these guides: `guide` and `other` by default."""
    folder = root / "sources" / "docs" / "help-center"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"guide": GUIDE, "other": OTHER, **files}.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return root / "sources"
