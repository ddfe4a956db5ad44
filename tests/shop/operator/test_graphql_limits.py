"""What one operation may ask for; and that the shop's own pages and the suites ask for less."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from graphql import build_schema, get_introspection_query, parse, validate

from system_under_test.app.factory import create_app
from system_under_test.app.limits import MAX_COST, MAX_DEPTH, MAX_QUERY_CHARACTERS
from system_under_test.app.schema import make_schema
from system_under_test.app.weight import Scales
from system_under_test.settings import AppSettings
from tests.shop.conftest import RunningApp
from tests.shop.helpers import Guest
from tests.shop.operator.own_queries import ROOT, of_modules, of_suites, paths_with_queries

SCHEMA = build_schema(
    """
    type Query { node: Node  nodes: [Node!]!  page(first: Int = 20): Page!  bare: Int }
    type Mutation { change: Node }
    type Node { id: ID  other: Node  nodes: [Node]  tags: [String!] }
    type Page { items: [Node!]!  total: Int! }
    """
)
# Where Strawberry keeps the default of an argument.
SCHEMA.type_map["Query"].fields["page"].args["first"].default_value = 20  # type: ignore[attr-defined]
OWN = [*of_modules(), *of_suites()]


def weigh(text: str, operation: str | None = None, **variables: Any) -> tuple[int, int]:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    weight = Scales(SCHEMA).weigh(document, operation, variables)
    return weight.depth, weight.cost


@pytest.mark.parametrize(
    ("text", "depth", "cost"),
    [
        ("{ bare }", 1, 1),
        ("{ __typename }", 1, 1),
        ("{ node { id } }", 2, 2),
        ("{ node { id tags other { id } } }", 3, 5),
        ("{ nodes { id } }", 2, 11),
        ("{ nodes { id nodes { id } } }", 3, 121),
        ("{ page { items { id } total } }", 3, 1 + (1 + 20 * 1) + 1),
        ("{ page(first: 3) { items { id other { id } } } }", 4, 1 + 1 + 3 * 3),
        ("{ page(first: 3) { items { nodes { id } } } }", 4, 1 + 1 + 3 * (1 + 10)),
        ("{ a: node { id } b: node { id } }", 2, 4),
        ("{ ...f ...f } fragment f on Query { node { ... on Node { id } } }", 2, 4),
        ("mutation { change { id } }", 2, 11),
        ("mutation { a: change { id } b: change { id } }", 2, 22),
        ("query A { bare } query B { nodes { id } }", 1, 1),
    ],
)
def test_weight_of(text: str, depth: int, cost: int) -> None:
    assert weigh(text, "A" if "query A" in text else None) == (depth, cost)


def test_page_argument_counts_as_it_is_sent() -> None:
    text = "query Q($n: Int = 5) { page(first: $n) { items { id } } }"
    document, scales = parse(text), Scales(SCHEMA)
    costs = [scales.weigh(document, None, variables).cost for variables in ({}, {"n": 50}, {"n": 7}, {"n": -1})]
    assert costs == [2 + 5, 2 + 50, 2 + 7, 2 + 1]


def test_weighing_takes_no_longer_than_the_text() -> None:
    # Spread out, this is 2**60 fields.
    parts = [f"fragment f{n} on Node {{ a: other {{ ...f{n + 1} }} b: other {{ ...f{n + 1} }} }}" for n in range(60)]
    _, cost = weigh("{ node { ...f0 } } " + " ".join(parts) + " fragment f60 on Node { id }")
    assert cost > 2**60


@pytest.mark.parametrize(("where", "document"), OWN, ids=[f"{w.rpartition('/')[2]}-{d[:40]}" for w, d in OWN])
def test_own_operation_is_within_the_limits(where: str, document: str) -> None:
    schema = make_schema(introspection=False)
    parsed = parse(document)
    assert validate(schema._schema, parsed) == [], where
    assert len(document) < MAX_QUERY_CHARACTERS / 5
    # A hundred is the most that any page may ask for.
    weight = Scales(schema._schema).weigh(parsed, None, {"first": 100})
    assert weight.depth <= MAX_DEPTH - 2
    assert weight.cost <= MAX_COST * 0.75


def test_every_module_and_suite_was_read() -> None:
    read = {ROOT / where for where, _ in OWN}
    assert paths_with_queries() <= read
    assert {path.suffix for path in read} == {".js", ".py", ".yaml"}
    assert len(OWN) > 40


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ calendars { events { calendar: __typename } } }" + "x" * MAX_QUERY_CHARACTERS, "longer than"),
        ("{ " + " ".join(f"a{n}: templates {{ slug }}" for n in range(31)) + " }", "aliases"),
        ("{ " + " ".join(f"a{n}: calendars {{ events {{ id date text emoji }} }}" for n in range(3)) + " }", "costs"),
    ],
)
def test_too_much_is_refused_in_words(guest: Guest, query: str, words: str) -> None:
    answer = guest.client.post("/graphql", json={"query": query}).json()
    assert words in answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert answer.get("data") is None


def test_deep_nesting_is_refused(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    # No type of the schema leads back to itself, so the limit is lowered to the schema.
    monkeypatch.setattr("system_under_test.app.limits.MAX_DEPTH", 2)
    (error,) = guest.run("{ calendars { events { id } } }")["errors"]
    assert "nested 3 deep" in error["message"]
    assert guest.data("{ calendars { id } }") == {"calendars": []}


def test_fragments_that_multiply_do_not_keep_the_server_busy(guest: Guest) -> None:
    parts = [f"fragment f{n} on Query {{ ...f{n + 1} ... on Query {{ ...f{n + 1} }} }}" for n in range(55)]
    query = "{ ...f0 } " + " ".join(parts) + " fragment f55 on Query { a: templates { slug } }"
    (error,) = guest.run(query)["errors"]
    assert "costs" in error["message"]


def test_batches_are_refused(client: httpx.Client) -> None:
    answer = client.post("/graphql", json=[{"query": "{ templates { slug } }"}] * 2)
    assert answer.status_code == 400


def test_clients_of_persisted_queries_learn_to_send_the_text(guest: Guest) -> None:
    query = "{ templates { slug } }"
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    (error,) = guest.client.post("/graphql", json={"extensions": persisted}).json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == (
        "PersistedQueryNotSupported",
        "PERSISTED_QUERY_NOT_SUPPORTED",
    )
    answer = guest.client.post("/graphql", json={"query": query, "extensions": persisted}).json()
    assert answer["data"]["templates"]


@pytest.fixture(scope="module")
def production(settings: AppSettings) -> Iterator[httpx.Client]:
    changed = settings.model_copy(update={"environment": type(settings.environment).PRODUCTION})
    with RunningApp(create_app(changed)) as running, httpx.Client(base_url=running.url) as client:
        yield client


@pytest.mark.parametrize(
    "query", [get_introspection_query(), "{ __schema { types { name } } }", '{ __type(name: "Calendar") { name } }']
)
def test_production_does_not_describe_itself(production: httpx.Client, guest: Guest, query: str) -> None:
    answer = production.post("/graphql", json={"query": query}).json()
    assert answer["errors"]
    assert answer.get("data") is None
    assert "__" in query
    assert guest.data(query), "outside production the console needs it"


@pytest.mark.parametrize(
    "query", ["{ templatez { slug } }", "{ templates { slugg } }", "query Q($i: CalendarInput) { a }"]
)
def test_production_makes_no_suggestions(production: httpx.Client, guest: Guest, query: str) -> None:
    errors = production.post("/graphql", json={"query": query}).json()["errors"]
    assert not [error for error in errors if "Did you mean" in error["message"]]
    assert [error for error in guest.run(query)["errors"] if "Did you mean" in error["message"]]
