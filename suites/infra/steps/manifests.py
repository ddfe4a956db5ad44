"""Step `manifests`: what would be applied, before anything is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from harness.model.errors import SuiteError, ToolMissing
from suites.infra.documents import read_objects
from suites.infra.emit import Speaker
from suites.infra.judging import outcomes, report
from suites.infra.metrics import SCHEMA_CHECK
from suites.infra.objects import Breach, Objects, name_of
from suites.infra.params import Manifests
from suites.infra.rules import RULES
from suites.infra.rules.base import applicable
from suites.infra.rules.configuration import SECRET_TEMPLATE
from suites.infra.schema import UnknownKind, validate

_PATIENCE = 60.0  # seconds to render one overlay


def run_manifests(params: Manifests, speaker: Speaker) -> None:
    """Renders, validates, applies the rules. Raises ToolMissing without kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        raise ToolMissing("kubectl is not installed, so no overlay was rendered", advice="launchgate doctor")
    sources = Path(speaker.context.access.get("sources", "."))
    rendered = {Path(one).name: _render(kubectl, sources / one, speaker) for one in params.overlays}
    objects = {name: read_objects(path) for name, path in rendered.items()}
    files = list(rendered.values())
    _schema(objects, speaker, files)
    extra = {**objects, SECRET_TEMPLATE: read_objects(sources / params.secret_template)}
    places = [Objects(name, items, extra) for name, items in objects.items()]
    report("static", outcomes(applicable(RULES, "static"), places), speaker, files)


def _render(kubectl: str, overlay: Path, speaker: Speaker) -> Path:
    """The overlay as kustomize renders it, kept as evidence. Raises SuiteError when it cannot."""
    path = speaker.context.evidence / speaker.step / f"{overlay.name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    argv = [kubectl, "kustomize", str(overlay), "--output", str(path)]
    result = speaker.context.run_tool(argv, name=f"kustomize-{overlay.name}", timeout=_PATIENCE)
    if result.returncode != 0 or not path.is_file():
        said = result.tail.strip().splitlines()
        raise SuiteError(f"overlay {overlay.name} cannot be rendered: {said[-1] if said else 'no output'}",
                         where=speaker.context.relative(result.log))  # fmt: skip
    return path


def _schema(objects: dict[str, list[dict[str, Any]]], speaker: Speaker, files: list[Path]) -> None:
    breaches: list[Breach] = []
    skipped: list[str] = []
    seen = 0
    for place, items in objects.items():
        for item in items:
            seen += 1
            try:
                breaches += validate(place, item)
            except UnknownKind as kind:
                skipped.append(f"{place}: {item.get('kind')}/{name_of(item)}: no schema for {kind}")
    speaker.check(SCHEMA_CHECK, breaches, [speaker.keep("schema.json", [str(b) for b in breaches]), *files])
    speaker.receipt("schema", "objects", seen, seen - len(skipped), skipped)
