"""Takes the baselines of the main pages and the pictures of the guides anew, from a shop of its own.

python ci/pictures.py        what `make pictures` calls; look at `git diff` before you commit what it wrote
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
JOURNEYS = ("main-pages", "main-pages-customer")


def main() -> int:
    """Brings the shop up, walks the journeys that look at pages, in both viewports, and takes the shop down."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        runs = ["--runs-dir", f"{folder}/runs"]
        try:
            up = [BIN / "launchgate", "up", "--detach", *runs]
            said = subprocess.run(up, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603
            known = {name: url for name, url in json.loads(said).items() if "://" in url}
            return max(walk(viewport, known, Path(folder)) for viewport in ("desktop", "phone"))
        finally:
            subprocess.run([BIN / "launchgate", "down", *runs], cwd=ROOT, check=False)  # noqa: S603


def walk(viewport: str, endpoints: dict[str, str], folder: Path) -> int:
    """Returns pytest's exit code."""
    command = [sys.executable, "-P", "-m", "pytest", "suites/e2e/journeys", "--take-pictures", "-p", "no:cacheprovider"]
    command += ["--patience=30", "--journey-timeout=900"]  # nobody waits for a verdict here
    command += [f"--base-url={endpoints['api']}", f"--viewport={viewport}", f"--evidence={folder}/{viewport}"]
    command += [f"--journey={name}" for name in JOURNEYS]
    command += [f"--endpoint={name}={url}" for name, url in endpoints.items()]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
