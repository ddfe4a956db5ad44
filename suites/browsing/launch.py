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
from typing import TYPE_CHECKING, Any, cast, get_args

from harness.model.errors import ToolMissing
from suites.browsing.viewport import Engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SETTING, VARIABLE = "browser", "LAUNCHGATE_BROWSER"
ENGINE_SETTING, ENGINE_VARIABLE = "engine", "LAUNCHGATE_ENGINE"
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
_OWN: dict[Engine, tuple[str, ...]] = {
    "chromium": ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*", "chrome-win*/chrome.exe"),
    "firefox": ("firefox/firefox", "firefox/*.app/Contents/MacOS/firefox", "firefox/firefox.exe"),
    "webkit": ("pw_run.sh", "Playwright.exe"),
}
_ADVICE = (
    f"run 'playwright install chromium', or install a Chromium, or set {VARIABLE} to the path of one; "
    "'launchgate doctor' shows what is found"
)


def engine_of(settings: Mapping[str, str], wanted: Engine = "chromium") -> Engine:
    """The engine to use: the setting, else what a scenario wants.

    Raises ToolMissing for a word that names none.
    """
    chosen = settings.get(ENGINE_SETTING) or os.environ.get(ENGINE_VARIABLE, "") or wanted
    if chosen not in get_args(Engine):
        known = ", ".join(get_args(Engine))
        raise ToolMissing(f"there is no engine '{chosen}'", advice=f"set {ENGINE_VARIABLE} to one of {known}")
    return cast(Engine, chosen)


def find_browser(settings: Mapping[str, str], engine: Engine = "chromium") -> Path:
    """The browser to use. Chromium: the setting, else Playwright's own, else one on PATH; others: Playwright's own.

    Playwright drives only a Firefox and a WebKit that were built for it. Raises ToolMissing when there is none, and
    when the setting names a Chromium that is not there: who sets it means it.
    """
    if engine != "chromium":
        own = _playwrights_own(engine)
        if own is None:
            advice = f"run 'playwright install {engine}'; a browser of the system's own cannot be driven"
            raise ToolMissing(f"no {engine}: Playwright's own is not there", advice=advice)
        return own
    wanted = settings.get(SETTING) or os.environ.get(VARIABLE, "")
    if wanted:
        found = shutil.which(wanted)  # also takes a path; None unless it is an executable file
        if found is None:
            raise ToolMissing(f"no browser at {wanted}, which the setting '{SETTING}' names", advice=_ADVICE)
        return Path(found)
    on_path = (shutil.which(name) for name in ON_PATH)
    first = next((Path(found) for found in (_playwrights_own("chromium"), *on_path) if found), None)
    if first is None:
        raise ToolMissing("no browser: neither Playwright's own Chromium nor one on PATH", advice=_ADVICE)
    return first


def launch_arguments() -> list[str]:
    """Command-line switches of Chromium. The sandbox is given up only where it cannot work, as root."""
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
def open_browser(executable: Path, *, headed: bool = False, engine: Engine = "chromium") -> Iterator[Browser]:
    """A running browser, closed at the end. Raises playwright's Error when it does not start."""
    from playwright.sync_api import sync_playwright

    own: dict[str, Any] = {"args": launch_arguments()} if engine == "chromium" else {}
    with sync_playwright() as playwright:
        kind = {"chromium": playwright.chromium, "firefox": playwright.firefox, "webkit": playwright.webkit}[engine]
        browser = kind.launch(executable_path=executable, headless=not headed, timeout=60_000, **own)
        try:
            yield browser
        finally:
            browser.close()


def _playwrights_own(engine: Engine) -> Path | None:
    """The browser of exactly the revision that this Playwright was made for, if it has been downloaded."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent / "driver" / "package"
    try:
        listed = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
        entry = next(one for one in listed if one["name"] == engine)
        # older systems get an older one, in a folder that says so
        others = entry.get("revisionOverrides", {}).items()
        names = [f"{engine}-{entry['revision']}"]
        names += [f"{engine}_{system.replace('-', '_')}_special-{revision}" for system, revision in others]
    except (OSError, ValueError, KeyError, StopIteration):
        return None
    folders = [_downloads(package) / name for name in names]
    whole = [one for one in folders if (one / "INSTALLATION_COMPLETE").exists()]  # a broken download leaves files too
    found = (path for one in whole for pattern in _OWN[engine] for path in sorted(one.glob(pattern)))
    return next((path for path in found if path.is_file()), None)


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
