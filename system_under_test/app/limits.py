"""What one GraphQL operation may ask for. The reasons stand in docs/adr/0010-graphql-limits.md."""

import re
from collections.abc import Iterator

from graphql import ExecutionResult, FieldNode, GraphQLError, ValidationContext, ValidationRule
from strawberry.extensions import SchemaExtension

from system_under_test.app.weight import Scales

MAX_QUERY_CHARACTERS = 10_000
MAX_TOKENS = 1000
MAX_ALIASES = 30
MAX_DEPTH = 8
MAX_COST = 10_000

_SUGGESTION = re.compile(r" Did you mean .*\Z", re.DOTALL)


class AliasRule(ValidationRule):
    """Refuses a document with too many aliases. Counts each once, so it takes no longer than reading the document."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._seen = 0

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Count the field when it has an alias."""
        if node.alias is None:
            return
        self._seen += 1
        if self._seen == MAX_ALIASES + 1:
            self.report_error(GraphQLError(f"The operation has more than {MAX_ALIASES} aliases."))


class WeightLimit(SchemaExtension):
    """Refuses an operation that is nested too deeply or would cost too much, before any of it runs."""

    def __init__(self, scales: Scales) -> None:
        self._scales = scales

    def on_execute(self) -> Iterator[None]:
        """Weigh the operation; the result is set, and so nothing executed, when it is too heavy."""
        asked = self.execution_context
        if asked.graphql_document is not None:
            weight = self._scales.weigh(asked.graphql_document, asked.operation_name, asked.variables)
            if weight.depth > MAX_DEPTH:
                self._refuse(f"The operation is nested {weight.depth} deep; {MAX_DEPTH} are allowed.")
            elif weight.cost > MAX_COST:
                self._refuse(f"The operation costs {weight.cost}; {MAX_COST} are allowed. Ask for less at once.")
        yield

    def _refuse(self, sentence: str) -> None:
        self.execution_context.result = ExecutionResult(data=None, errors=[GraphQLError(sentence)])


def without_suggestion(message: str) -> str:
    """Return ``message`` without the names that the library would suggest: they describe the schema to strangers."""
    return _SUGGESTION.sub("", message)
