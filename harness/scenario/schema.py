"""The JSON Schema of a scenario file, for editors (`# yaml-language-server: $schema=../schema.json`).

Generated from the models that the loader itself uses, so that an editor and `launchgate validate` never differ in
form. What needs more than form (thresholds that can never be reached, say) only `validate` sees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from harness.model.quantity import parse_duration
from harness.model.scenario import Scenario
from harness.model.threshold import parse_threshold
from harness.ports.catalogue import Catalogue
from harness.ports.suite import SuiteSpec
from harness.scenario.metric_names import spellings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_DURATION: Schema = {
    "description": "a time with its unit: us, ms, s, m, h, d",
    "examples": ["500ms", "30s", "10m"],
    "anyOf": [{"type": "string", "pattern": r"^\s*\+?\d+(\.\d+)?\s*(us|ms|s|m|min|h|d)\s*$"}, {"const": 0}],
}
_THRESHOLD: Schema = {
    "description": "an operator and a quantity; abort may add a time to hold",
    "examples": ["< 500ms", "== 0", ">= 99.9%", "> 10s for 10s"],
    "type": "string",
    "pattern": r"^\s*(<=|>=|==|!=|<|>)\s*[+-]?\d+(\.\d+)?\s*(us|ms|s|m|min|h|d|%|B|Ki|Mi|Gi)?(\s+for\s+\S+)?\s*$",
}
_WRITTEN_AS: dict[Callable[..., Any], Schema] = {parse_duration: _DURATION, parse_threshold: _THRESHOLD}


class _AsWritten(GenerateJsonSchema):
    """Durations and thresholds are text in a file, whatever they are in memory."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        written = _WRITTEN_AS.get(schema["function"]["function"])
        return deepcopy(written) if written else super().function_before_schema(schema)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        generated = super().default_schema(schema)
        if isinstance(generated.get("default"), float) and generated.get("examples") == _DURATION["examples"]:
            generated["default"] = f"{generated['default']:g}s"
        return generated


def scenario_schema(catalogue: Catalogue) -> Schema:
    """The schema as a dictionary; the same catalogue always gives the same."""
    schema = _model_schema(Scenario)
    definitions: Schema = schema.pop("$defs")
    properties: Schema = schema["properties"]
    properties["suite"]["enum"] = sorted(catalogue.suites)
    properties["targets"]["items"]["enum"] = sorted(catalogue.targets)
    definitions["Metadata"]["properties"]["criteria"]["items"]["enum"] = _by_number(catalogue.criteria)
    expectation: Schema = definitions["Expectation"]["properties"]
    _allow_numbers(expectation["labels"]["additionalProperties"])
    conditions = []
    for name, spec in sorted(catalogue.suites.items()):
        method, metrics = f"{name}.step", f"{name}.metric"
        definitions[method] = _steps(spec, definitions)
        definitions[metrics] = _metrics(catalogue, name)
        conditions.append(_when_suite(name, method, metrics))
    return {
        "$schema": DIALECT,
        "title": "launchgate scenario",
        **{k: v for k, v in schema.items() if k != "title"},
        "allOf": conditions,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text(catalogue: Catalogue) -> str:
    """The bytes of `scenarios/schema.json`."""
    return json.dumps(scenario_schema(catalogue), indent=2, ensure_ascii=False) + "\n"


def _model_schema(model: type[BaseModel]) -> Schema:
    mode: JsonSchemaMode = "validation"
    return model.model_json_schema(by_alias=True, mode=mode, schema_generator=_AsWritten)


def _steps(spec: SuiteSpec, definitions: Schema) -> Schema:
    """One entry of a method: exactly one kind of step, `at` and `id` beside it."""
    return {"oneOf": [_step(spec, kind, model, definitions) for kind, model in sorted(spec.steps.items())]}


def _step(spec: SuiteSpec, kind: str, model: type[BaseModel], definitions: Schema) -> Schema:
    prefix = f"{spec.name}.{kind}"
    schema = _model_schema(model)
    inner = schema.pop("$defs", {})
    renamed = {f"#/$defs/{name}": f"#/$defs/{prefix}.{name}" for name in inner}
    # A profile may supply what a step leaves out, so an editor must not ask for it here.
    schema.pop("required", None)
    for name, definition in {**{f"{prefix}.{n}": d for n, d in inner.items()}, prefix: schema}.items():
        definitions[name] = _renamed(definition, renamed)
    return {
        "type": "object",
        "title": kind,
        "description": schema.get("description", ""),
        "properties": {
            kind: {"anyOf": [{"$ref": f"#/$defs/{prefix}"}, {"type": "null"}]},
            "at": {**_DURATION, "description": "when the step starts, counted from the start of the method"},
            "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$", "description": "default: <kind>-<n>"},
        },
        "required": [kind],
        "additionalProperties": False,
    }


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, dict):
        return {k: names.get(v, v) if k == "$ref" else _renamed(v, names) for k, v in schema.items()}
    return [_renamed(v, names) for v in schema] if isinstance(schema, list) else schema


def _metrics(catalogue: Catalogue, suite: str) -> Schema:
    """Known metrics: the usual spellings for completion, and any percentile by pattern."""
    specs = sorted(catalogue.metrics(suite).values(), key=lambda spec: spec.name)
    usual = [{"const": spelled, "description": spec.doc} for spec in specs for spelled in spellings(spec)]
    free = "|".join(re.escape(spec.name) for spec in specs if spec.accepts("p95"))
    return {"anyOf": [*usual, {"type": "string", "pattern": rf"^({free})\.p\d{{1,2}}(\.\d+)?$"}]}


def _when_suite(name: str, method: str, metrics: str) -> Schema:
    return {
        "if": {"properties": {"suite": {"const": name}}, "required": ["suite"]},
        "then": {
            "properties": {
                "method": {"items": {"$ref": f"#/$defs/{method}"}},
                "expectations": {"items": {"properties": {"metric": {"$ref": f"#/$defs/{metrics}"}}}},
            }
        },
    }


def _allow_numbers(label: Schema) -> None:
    """`status: 200` is read as text."""
    label["anyOf"].append({"type": "number"})


def _by_number(ids: Iterable[str]) -> list[str]:
    return sorted(ids, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
