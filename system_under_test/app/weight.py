"""How deep and how costly a GraphQL operation is, before it runs.

A field costs 1, a mutation 10; what is asked of the elements of a list counts once for each element. Fragments are
weighed once, however often they are spread: weighing takes time in proportion to the text, not to what it stands for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

PAGE_ARGUMENT = "first"
MUTATION_COST = 10
# How long a list without a page argument is taken to be: rather too long than too short.
ASSUMED_LENGTH = 10
ASSUMED_LENGTHS = {
    ("Query", "templates"): 20,
    ("Query", "calendars"): 20,
    ("Calendar", "events"): 50,
    ("Calendar", "marks"): 75,
}
KNOWN_DOCUMENTS = 256


@dataclass(frozen=True, slots=True)
class Weight:
    """``depth`` in nested fields, ``cost`` in fields to be worked out."""

    depth: int
    cost: int


NOTHING = Weight(0, 0)


class Scales:
    """Weighs operations of one schema. They must have passed validation: no cycles, only fields that exist."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        # By identity: the parser's cache hands out the same document for the same text. The document is kept
        # beside its weight, so no other one can get its identity.
        self._known: dict[tuple[int, str | None], tuple[DocumentNode, Weight]] = {}

    def weigh(self, document: DocumentNode, operation: str | None, variables: Mapping[str, Any] | None) -> Weight:
        """Return the weight of the operation named ``operation``, or of the only one."""
        key = (id(document), operation)
        known = self._known.get(key)
        if known is not None:
            return known[1]
        weighing = _Weighing(self._schema, document, variables or {})
        weight = weighing.operation(operation)
        if not weighing.asked_variables:
            if len(self._known) >= KNOWN_DOCUMENTS:
                self._known.clear()
            self._known[key] = (document, weight)
        return weight


class _Weighing:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.asked_variables = False
        self._schema = schema
        self._variables = variables
        self._operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
        self._fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
        self._weighed: dict[tuple[str, int | None], Weight] = {}

    def operation(self, name: str | None) -> Weight:
        for node in self._operations:
            if name is None or (node.name is not None and node.name.value == name):
                self._defaults = {d.variable.name.value: d.default_value for d in node.variable_definitions or ()}
                return self._selections(node.selection_set, self._schema.get_root_type(node.operation), None)
        return NOTHING

    def _selections(self, selected: SelectionSetNode, parent: Any, page: int | None) -> Weight:
        depth = cost = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                part = self._field(node, parent, page)
            elif isinstance(node, InlineFragmentNode):
                inner = self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                part = self._selections(node.selection_set, inner, page)
            elif isinstance(node, FragmentSpreadNode):
                part = self._fragment(node.name.value, page)
            else:
                continue
            depth = max(depth, part.depth)
            cost += part.cost
        return Weight(depth, cost)

    def _fragment(self, name: str, page: int | None) -> Weight:
        key = (name, page)
        if key not in self._weighed:
            node = self._fragments[name]
            inner = self._schema.get_type(node.type_condition.name.value)
            self._weighed[key] = self._selections(node.selection_set, inner, page)
        return self._weighed[key]

    def _field(self, node: FieldNode, parent: Any, page: int | None) -> Weight:
        name = node.name.value
        field = parent.fields.get(name) if isinstance(parent, GraphQLObjectType) else None
        if field is None:
            # __typename; the schema's description of itself is not there in production.
            return Weight(1, 1)
        own = MUTATION_COST if parent is self._schema.get_root_type(OperationType.MUTATION) else 1
        if node.selection_set is None:
            return Weight(1, own)
        asked = self._page(node, field)
        inner = self._selections(node.selection_set, get_named_type(field.type), asked)
        length = 1
        if isinstance(get_nullable_type(field.type), GraphQLList):
            assumed = ASSUMED_LENGTHS.get((parent.name, name), ASSUMED_LENGTH)
            # The list of a page is as long as the page that was asked for one level above.
            length = next(n for n in (asked, page, assumed) if n is not None)
        return Weight(1 + inner.depth, own + length * inner.cost)

    def _page(self, node: FieldNode, field: GraphQLField) -> int | None:
        argument = field.args.get(PAGE_ARGUMENT)
        if argument is None:
            return None
        value: Any = argument.default_value
        for given in node.arguments or ():
            if given.name.value != PAGE_ARGUMENT:
                continue
            value = given.value
            if isinstance(value, VariableNode):
                self.asked_variables = True
                variable = value.name.value
                value = self._variables.get(variable, self._defaults.get(variable))
        if isinstance(value, IntValueNode):
            value = int(value.value)
        return max(1, value) if isinstance(value, int) else None
