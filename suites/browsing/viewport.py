"""The two kinds of window that a visitor has."""

from __future__ import annotations

from typing import Any, Literal

Viewport = Literal["desktop", "phone"]
VIEWPORTS: dict[Viewport, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True,
              "has_touch": True},
}  # fmt: skip
