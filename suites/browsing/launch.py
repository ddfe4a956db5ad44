"""Which browser, and how it is started. The only file that starts Playwright."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.errors import ToolMissing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SETTING, VARIABLE = "browser", "LAUNCHGATE_BROWSER"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (  # a browser that talks to nobody but the system under test
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
)
_VERSION_WITHIN = 10.0  # seconds
_OWN = ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*", "chrome-win*/chrome.exe")
_ADVICE = (
    f"run 'playwright install chromium', or install a Chromium, or set {VARIABLE} to the path of one; "
    "'launchgate doctor' shows what is found"
)


def find_browser(settings: Mapping[str, str]) -> Path:
    """The Chromium to use: the setting, else Playwright's own, else one on PATH.

    Raises ToolMissing when there is none, and when the setting names one that is not there: who sets it means it.
    """
    wanted = settings.get(SETTING) or os.environ.get(VARIABLE, "")
    if wanted:
        found = shutil.which(wanted)  # also takes a path; None unless it is an executable file
        if found is None:
            raise ToolMissing(f"no browser at {wanted}, which the setting '{SETTING}' names", advice=_ADVICE)
        return Path(found)
    on_path = (shutil.which(name) for name in ON_PATH)
    first = next((Path(found) for found in (_playwrights_own(), *on_path) if found), None)
    if first is None:
        raise ToolMissing("no browser: neither Playwright's own Chromium nor one on PATH", advice=_ADVICE)
    return first


def launch_arguments() -> list[str]:
    """Command-line switches of the browser. The sandbox is given up only where it cannot work, as root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, *(["--no-sandbox"] if is_root else [])]


def browser_version(executable: Path) -> str:
    """What the browser says of itself, such as `131.0.6778.85`; the word `unknown` when it says nothing."""
    try:
        said = subprocess.run(  # noqa: S603  the path that find_browser gave
            [executable, "--version"], capture_output=True, text=True, timeout=_VERSION_WITHIN, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    found = re.search(r"\d+(?:\.\d+)+", said)
    return found[0] if found else "unknown"


@contextmanager
def open_browser(executable: Path, *, headed: bool = False) -> Iterator[Browser]:
    """A running browser, closed at the end. Raises playwright's Error when it does not start."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, headless=not headed, args=launch_arguments(), timeout=60_000
        )
        try:
            yield browser
        finally:
            browser.close()


def _playwrights_own() -> Path | None:
    """The Chromium of exactly the revision that this Playwright was made for, if it has been downloaded."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent / "driver" / "package"
    try:
        listed = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
        revision = next(one["revision"] for one in listed if one["name"] == "chromium")
    except (OSError, ValueError, KeyError, StopIteration):
        return None
    folder = _downloads(package) / f"chromium-{revision}"
    if not (folder / "INSTALLATION_COMPLETE").exists():  # a broken download leaves files too
        return None
    return next((path for pattern in _OWN for path in sorted(folder.glob(pattern)) if path.is_file()), None)


def _downloads(package: Path) -> Path:
    """Where `playwright install` puts browsers, by Playwright's own rules."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if chosen == "0":
        return package / ".local-browsers"
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local"))) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "ms-playwright"
