"""The two kinds of window that a visitor has, and the engines that draw it."""

from __future__ import annotations

from typing import Any, Literal

Engine = Literal["chromium", "firefox", "webkit"]
Viewport = Literal["desktop", "phone"]
VIEWPORTS: dict[Viewport, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True,
              "has_touch": True},
}  # fmt: skip


def window(viewport: Viewport, engine: Engine = "chromium") -> dict[str, Any]:
    """Arguments of Playwright's `new_context`. Firefox knows no mobile mode: it gets the size, touch and density."""
    wanted = dict(VIEWPORTS[viewport])
    if engine == "firefox":
        wanted.pop("is_mobile", None)
    return wanted
