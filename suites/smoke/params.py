"""The steps of a smoke scenario. A step that expects nothing is refused: it could not fail."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, JsonValue, model_validator

from harness.model.base import Frozen
from harness.model.quantity import Duration
from suites.smoke.paths import JsonPath
from suites.smoke.rules import Rule, RuleField, Text

SavedName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Until(Frozen):
    """Ask again until the expectations hold. Every answer counts as one check, judged at the end."""

    within: Duration = Field(gt=0, description="seconds after which the last answer decides")
    every: Duration = Field(default=0.5, gt=0, description="seconds between two requests")


class Expect(Frozen):
    """What an answer must be."""

    status: int | None = Field(default=None, ge=100, le=599)
    headers: dict[str, Text] = Field(default={}, description="header (any case) → a part of its value")
    json_: dict[JsonPath, RuleField] = Field(default={}, alias="json", description="dotted path → value or rule")
    text_contains: Text | list[Text] = Field(default=[], description="every one of these occurs in the body")
    text_starts: Text | None = Field(default=None, description="the body begins so, for instance %PDF-")

    @property
    def texts(self) -> list[str]:
        """`text_contains` as a list."""
        return [self.text_contains] if isinstance(self.text_contains, str) else self.text_contains

    @model_validator(mode="after")
    def _can_fail(self) -> Self:
        if not (self.status or self.headers or self.json_ or self.texts or self.text_starts):
            raise ValueError("expects nothing, so it could not fail; write for instance 'status: 200'")
        return self


class Exchange(Frozen):
    """What all steps have in common."""

    endpoint: str = Field(default="api", description="name of the endpoint that the target announces")
    session: str = Field(default="guest", description="steps of the same name share their cookies")
    headers: dict[str, str] = {}
    timeout: Duration = Field(default=10.0, gt=0, description="seconds to wait for one answer")
    until: Until | None = None
    filled: ClassVar[tuple[str, ...]] = ("headers",)  # fields in which {name} stands for a saved value
    save: dict[SavedName, JsonPath] = Field(
        default={}, description="name → dotted path; later steps write {name} in path, headers, json, variables"
    )


class Request(Exchange):
    """One HTTP request."""

    filled: ClassVar[tuple[str, ...]] = ("headers", "json_", "form", "body")

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    path: str = Field(pattern=r"^(/|\{[a-z][a-z0-9_]*\})", description="from the root of the endpoint, or a saved link")
    json_: JsonValue = Field(default=None, alias="json", description="sent as JSON")
    form: dict[str, str] | None = Field(default=None, description="sent as a browser sends a form")
    body: str | None = Field(default=None, description="sent as it is")
    follow_redirects: bool = False
    expect: Expect

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if sum(given is not None for given in (self.json_, self.form, self.body)) > 1:
            raise ValueError("give one of json, form and body")
        return self


class GraphqlExpect(Frozen):
    """What a GraphQL answer must be. Without `error`, any entry in `errors` fails the step."""

    status: int = Field(default=200, ge=100, le=599)
    data: dict[JsonPath, RuleField] = Field(default={}, description="dotted path below data → value or rule")
    error: Text | None = Field(default=None, description="the extensions.code that the first error must have")

    @model_validator(mode="after")
    def _can_fail(self) -> Self:
        if not (self.data or self.error):
            raise ValueError("expects no data and no error; write for instance 'data: {templates: {not_empty: true}}'")
        return self


class Graphql(Exchange):
    """One GraphQL operation, by POST."""

    filled: ClassVar[tuple[str, ...]] = ("headers", "variables")  # not the query: its braces are its own

    operation: Text = Field(description="the name of the operation in the query")
    query: Text
    variables: dict[str, JsonValue] = {}
    path: str = Field(default="/graphql", pattern="^/")
    expect: GraphqlExpect

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not re.search(rf"\b(query|mutation)\s+{re.escape(self.operation)}\b", self.query):
            raise ValueError(f"the query has no operation '{self.operation}'; write 'query {self.operation} {{ … }}'")
        return self

    def as_request(self) -> Request:
        """The same as a plain request, so that there is one way of sending and of judging."""
        wanted: dict[str, Any] = {f"data.{path}": rule for path, rule in self.expect.data.items()}
        if self.expect.error:
            wanted["errors.0.extensions.code"] = Rule(op="equals", operand=self.expect.error)
        else:
            wanted = {"errors": Rule(op="absent", operand=True), **wanted}
        return Request.model_validate(
            {
                **{name: getattr(self, name) for name in Exchange.model_fields},
                "save": {name: f"data.{path}" for name, path in self.save.items()},
                "method": "POST",
                "path": self.path,
                "json": {"query": self.query, "operationName": self.operation, "variables": self.variables},
                "expect": {"status": self.expect.status, "json": wanted},
            }
        )


STEPS: dict[str, type[Request] | type[Graphql]] = {"request": Request, "graphql": Graphql}
