"""The manifest: SHA-256 of every file of a run folder, so that a changed byte is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from harness.model.errors import RunFolderError

_NAME = "manifest.json"


def digests(folder: Path) -> dict[str, str]:
    """Relative path → SHA-256 of every file but the manifest itself."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.name != _NAME and not path.name.endswith(".tmp")
    }


def write_manifest(folder: Path) -> None:
    """Writes `manifest.json` for the folder as it is now."""
    body = {"algorithm": "sha256", "files": digests(folder)}
    temporary = folder / f".{_NAME}.tmp"
    temporary.write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(folder / _NAME)


def verify_manifest(folder: Path, *, only: tuple[str, ...] = ()) -> list[str]:
    """Sentences about files that are missing, changed or not named; empty when all is as written.

    Args:
        only: look at these paths (files, or folders ending in /) alone; empty means at everything.

    Raises RunFolderError when there is no readable manifest: an unfinished run has none.
    """
    path = folder / _NAME
    try:
        named = json.loads(path.read_text(encoding="utf-8"))["files"]
        if not isinstance(named, dict):
            raise TypeError("files is no mapping")
    except FileNotFoundError:
        raise RunFolderError(
            "the run has no manifest: it did not finish", where=str(path), advice="run it again"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"the manifest cannot be read: {error}", where=str(path), advice="run it again") from error
    found = digests(folder)

    def watched(name: str) -> bool:
        return not only or any(name == o or (o.endswith("/") and name.startswith(o)) for o in only)

    problems = [f"{n}: is missing" for n in named if watched(n) and n not in found]
    problems += [f"{n}: was changed" for n, digest in found.items() if watched(n) and named.get(n, digest) != digest]
    problems += [f"{n}: is not in the manifest" for n in found if watched(n) and n not in named]
    return sorted(problems)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
