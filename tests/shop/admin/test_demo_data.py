"""The command that fills a shop for a demonstration."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from system_under_test.admin.demo_data.__main__ import main
from system_under_test.admin.demo_data.story import Story
from system_under_test.app.resources import Shop
from system_under_test.orders.states import OrderStatus, check_step
from system_under_test.orders.tables import Order, OrderChange, OrderItem
from system_under_test.printing.render import render_pdf
from system_under_test.products.service import list_products
from system_under_test.templates_catalog.service import list_templates

UNTIL = "2026-11-22T21:30"
ORDER = ["--orders", "40", "--days", "14", "--seed", "9", "--until", UNTIL]


@pytest.fixture
def environment(shop: Shop, shop_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shop_environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("environment")
def test_the_command_writes_once(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ORDER) == 0
    assert capsys.readouterr().out.startswith("Wrote 40 orders")
    assert main(ORDER) == 0
    assert "already" in capsys.readouterr().out
    assert main([*ORDER, "--seed", "10"]) == 0
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 80


@pytest.mark.usefixtures("environment")
def test_production_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SHOP_ENVIRONMENT", "production")
    assert main(ORDER) == 2
    assert "refused in production" in capsys.readouterr().err
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("wrong", [["--orders", "0"], ["--days", "-3"], ["--until", "soon"], ["--seed", "x"]])
def test_wrong_arguments_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(wrong)


@pytest.mark.usefixtures("environment")
def test_a_database_that_is_away_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOP_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert main(ORDER) == 2
    assert "SHOP_DATABASE_URL" in capsys.readouterr().err


def _story(shop: Shop, seed: int) -> Any:
    with shop.database.read() as session:
        told = Story(seed, datetime(2026, 11, 22, tzinfo=UTC), 14, list_templates(session), list_products(session))
        session.expunge_all()
    return told.tell(30)


def test_a_seed_tells_one_story(shop: Shop) -> None:
    assert _story(shop, 3) == _story(shop, 3)
    assert _story(shop, 3) != _story(shop, 4)


@pytest.mark.usefixtures("environment")
def test_the_story_is_plausible(shop: Shop) -> None:
    main(ORDER)
    until = datetime.fromisoformat(UNTIL).replace(tzinfo=UTC)
    with shop.database.read() as session:
        orders = {order.id: order for order in session.scalars(select(Order))}
        changes = list(session.scalars(select(OrderChange).order_by(OrderChange.id)))
        items = list(session.scalars(select(OrderItem)))
        session.expunge_all()
    assert set(Counter(order.status for order in orders.values())) == set(OrderStatus)
    in_order = sorted(orders.values(), key=lambda order: order.number)
    assert [o.created_at for o in in_order] == sorted(o.created_at for o in in_order)
    state: dict[Any, str | None] = {}
    for change in changes:
        assert change.old_status == state.get(change.order_id)
        if change.old_status:
            check_step(OrderStatus(change.old_status), OrderStatus(change.new_status))
        assert change.created_at <= until
        state[change.order_id] = change.new_status
    assert state == {key: order.status for key, order in orders.items()}
    assert all(order.email.endswith(".example") for order in orders.values())
    # What is to be printed is what the worker prints: a queued job of the story can be carried out.
    assert render_pdf(items[0].document, items[0].cover).startswith(b"%PDF")
