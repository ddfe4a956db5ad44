"""Who may not: every field and page of the administration refuses guests and customers."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from system_under_test.accounts.identity import Identity, Role
from system_under_test.accounts.sign_ins import revoke
from system_under_test.admin import guard
from system_under_test.admin.demo_data.rows import Rows
from system_under_test.admin.schema import AdminMutation, AdminQuery
from system_under_test.admin.tables import AuditEntry
from system_under_test.app.resources import Shop
from system_under_test.app.schema import make_schema
from system_under_test.errors import ShopError
from tests.shop.admin.asking import FLAGS, SET_FLAG
from tests.shop.admin.staff import Desk, Person, set_role
from tests.shop.helpers import Guest

SCHEMA = make_schema(introspection=True)._schema  # type: ignore[attr-defined]
EXAMPLES: dict[str, Any] = {"ID": str(uuid.UUID(int=5)), "String": "2026-11-01", "Int": 1, "Boolean": True}


def _is_of_admin(field: GraphQLField) -> bool:
    definition = get_named_type(field.type).extensions.get("strawberry-definition")
    return getattr(getattr(definition, "origin", None), "__module__", "").startswith("system_under_test.admin")


def _root_fields() -> list[tuple[str, str, GraphQLField]]:
    return [
        (kind, name, field)
        for kind, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type))
        for name, field in root.fields.items()
    ]


def _names(mixin: type) -> set[str]:
    def camel(name: str) -> str:
        first, *rest = name.split("_")
        return first + "".join(word.capitalize() for word in rest)

    return {camel(field.python_name) for field in mixin.__strawberry_definition__.fields}  # type: ignore[attr-defined]


ADMIN_FIELDS = [
    (kind, name, field)
    for kind, name, field in _root_fields()
    if _is_of_admin(field) or name in _names(AdminQuery) | _names(AdminMutation)
]


def _value(kind: Any) -> str:
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type)
    if isinstance(kind, GraphQLList):
        return "[]"
    if isinstance(kind, GraphQLInputObjectType):
        return "{}"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return json.dumps(EXAMPLES[kind.name])


def _operation(kind: str, name: str, field: GraphQLField) -> str:
    given = ", ".join(
        f"{argument}: {_value(value.type)}" for argument, value in field.args.items() if is_required_argument(value)
    )
    chosen = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{kind} {{ {name}{f'({given})' if given else ''}{chosen} }}"


def test_the_walk_finds_all_fields_of_the_administration() -> None:
    found = {name for _, name, _ in ADMIN_FIELDS}
    assert found == _names(AdminQuery) | _names(AdminMutation)
    assert {"adminOrders", "adminOrder", "analytics", "auditLog", "featureFlags"} <= found
    assert {"setOrderStatus", "refundOrder", "setFeatureFlag"} <= found


@pytest.mark.parametrize(("kind", "name", "field"), ADMIN_FIELDS, ids=[name for _, name, _ in ADMIN_FIELDS])
def test_each_field_refuses_guests_and_customers(
    kind: str, name: str, field: GraphQLField, guest: Guest, customer_desk: Desk, desk: Desk
) -> None:
    operation = _operation(kind, name, field)
    assert guest.code(operation) == "UNAUTHENTICATED"
    assert customer_desk.code(operation) == "FORBIDDEN"
    errors = desk.run(operation).get("errors", [])
    assert [e["extensions"]["code"] for e in errors] in ([], ["NOT_FOUND"]), "the operation itself is sound"


def test_a_demoted_administrator_is_refused_at_once(shop: Shop, desk: Desk) -> None:
    assert desk.data(FLAGS)["featureFlags"]
    set_role(shop, desk.person, Role.CUSTOMER)
    assert desk.code(FLAGS) == "FORBIDDEN"
    assert desk.code(SET_FLAG, name="checkout", enabled=False) == "FORBIDDEN"
    with shop.database.read() as session:
        assert session.scalars(select(AuditEntry.id)).all() == []


def test_a_change_asks_the_database_and_not_the_token(shop: Shop, admin: Person) -> None:
    set_role(shop, admin, Role.CUSTOMER)
    with shop.database.write() as session:
        with pytest.raises(ShopError, match="people of the shop"):
            guard.check_still_admin(session, admin.identity)
        stranger = Identity(uuid.uuid4(), uuid.uuid4(), Role.ADMIN)
        with pytest.raises(ShopError, match="sign-in has ended"):
            guard.check_still_admin(session, stranger)
    set_role(shop, admin, Role.ADMIN)
    with shop.database.write() as session:
        guard.check_still_admin(session, admin.identity)
        # A demotion does not overtake the change that was begun before it.
        with pytest.raises(OperationalError, match="lock timeout"):
            set_role(shop, admin, Role.CUSTOMER)
    with shop.database.write() as session:
        revoke(session, admin.identity.sign_in_id, "test")
    with shop.database.write() as session, pytest.raises(ShopError, match="sign-in has ended"):
        guard.check_still_admin(session, admin.identity)


@pytest.mark.parametrize("path", ["", "/orders/{order}", "/analytics", "/flags", "/audit"])
def test_pages_are_shells_without_data(client: httpx.Client, story: Rows, path: str) -> None:
    page = client.get("/admin" + path.format(order=story.orders[-1]["id"]))
    assert page.status_code == 200
    assert "For people of the shop" in page.text
    assert "/auth/sign-in?next=/admin" in page.text
    for secret in (story.orders[-1]["email"], story.orders[-1]["ship_name"], story.accounts[0]["email"]):
        assert secret not in page.text


def test_an_address_that_names_no_order_is_not_found(client: httpx.Client, shop: Shop) -> None:
    assert client.get("/admin/orders/100001").status_code == 404
