"""Writes the locks of the images: `make lock` runs it after requirements.lock, from the project's root; needs uv.

    requirements.txt           what the shop imports: the extra `shop` of pyproject.toml
    requirements-doubles.txt   what its doubles need beyond that: the extra `doubles`

Versions are those of requirements.lock, which is given to uv as constraints: an image can never differ from what
was tested.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = "3.13"  # that of the Dockerfile
HEADER = "# Written by `make lock`: the extra `{extra}` of pyproject.toml, in the versions of requirements.lock.\n"
_NAME = re.compile(r"[\w.-]+")


def main() -> None:
    """Writes both files, or neither."""
    extras = tomllib.loads(Path("pyproject.toml").read_text())["project"]["optional-dependencies"]
    shop = list(blocks(resolve(extras["shop"])))
    inside = {name_of(block) for block in shop}
    both = blocks(resolve([*extras["shop"], *extras["doubles"]]))
    write("requirements.txt", "shop", shop)
    write("requirements-doubles.txt", "doubles", (block for block in both if name_of(block) not in inside))


def resolve(requirements: Sequence[str]) -> str:
    """The requirements and all that they need, pinned and hashed. Ends the program with uv's words when it refuses."""
    command = ["uv", "pip", "compile", "-", "--constraint", "requirements.lock", "--universal", "--quiet"]
    form = ["--python-version", PYTHON, "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    done = subprocess.run([*command, *form], input="\n".join(requirements), text=True, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def blocks(text: str) -> Iterator[str]:
    """Each package with its hashes."""
    yield from (block for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if _NAME.match(block))


def name_of(block: str) -> str:
    """The package of a block."""
    found = _NAME.match(block)
    return found[0] if found else ""


def write(file: str, extra: str, packages: Iterable[str]) -> None:
    """Writes one of the files next to this program."""
    (HERE / file).write_text(HEADER.format(extra=extra) + "".join(packages))


if __name__ == "__main__":
    main()
