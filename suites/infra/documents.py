"""YAML documents, read as the API server would read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.model.errors import SuiteError


def read_objects(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, lists unpacked. Raises SuiteError for a file that is not there or no YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # Kubernetes reads 1.1: `on` is true and 0440 is octal
    try:
        found = [one for one in yaml.load_all(path.read_text(encoding="utf-8")) if one is not None]
    except FileNotFoundError:
        raise SuiteError("the file is not there", where=path.name) from None
    except YAMLError as error:
        raise SuiteError(f"is no YAML: {error}", where=path.name) from None
    if not all(isinstance(one, dict) for one in found):
        raise SuiteError("holds something else than Kubernetes objects", where=path.name)
    return [inner for one in found for inner in (one.get("items", [one]) if one.get("kind") == "List" else [one])]
