"""Feature flags: set in a transaction, seen at once here and soon elsewhere, known through an outage."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from system_under_test.app.resources import Shop
from system_under_test.db.engine import Database
from system_under_test.errors import ShopError
from system_under_test.flags.declared import DECLARED
from system_under_test.flags.service import Flags, list_flags
from tests.shop.helpers import ROOT, Guest

ADMIN = uuid.UUID(int=7)


@pytest.fixture
def flags(shop: Shop) -> Iterator[Flags]:
    shop.flags.forget()
    yield shop.flags
    with shop.housekeeping.write() as session:
        for name, flag in DECLARED.items():
            shop.flags.set(session, name, flag.default, ADMIN)


def test_flags_begin_with_their_defaults(shop: Shop, flags: Flags) -> None:
    assert flags.all() == {name: flag.default for name, flag in DECLARED.items()}
    with shop.housekeeping.read() as session:
        assert {(f.name, f.enabled, f.updated_by) for f in list_flags(session)} == {
            (name, flag.default, None) for name, flag in DECLARED.items()
        }


def test_set_flag_counts_from_the_commit_on(shop: Shop, flags: Flags) -> None:
    with shop.housekeeping.write() as session:
        flags.set(session, "checkout", False, ADMIN)
        assert flags.enabled("checkout"), "not committed yet"
    assert not flags.enabled("checkout")
    with pytest.raises(ShopError, match="take no orders") as refused:
        flags.require("checkout")
    assert refused.value.code == "UNAVAILABLE"
    with shop.housekeeping.read() as session:
        (found,) = [flag for flag in list_flags(session) if flag.name == "checkout"]
    assert (found.enabled, found.default, found.updated_by) == (False, True, ADMIN)
    with shop.housekeeping.write() as session:
        flags.set(session, "checkout", True, ADMIN)
    flags.require("checkout")


def test_rolled_back_flag_was_never_set(shop: Shop, flags: Flags) -> None:
    @contextmanager
    def broken() -> Iterator[Session]:
        with shop.housekeeping.write() as session:
            yield session
            raise RuntimeError

    with pytest.raises(RuntimeError), broken() as session:
        flags.set(session, "checkout", False, ADMIN)
    assert flags.enabled("checkout")


def test_other_processes_follow_when_their_cache_ends(
    shop: Shop, flags: Flags, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("system_under_test.flags.service.time.monotonic", lambda: now)
    other = Flags(shop.housekeeping)
    assert other.enabled("checkout")
    with shop.housekeeping.write() as session:
        flags.set(session, "checkout", False, ADMIN)
    assert other.enabled("checkout"), "two seconds old at most"
    now += 2.1
    assert not other.enabled("checkout")


def test_last_values_survive_an_outage(shop: Shop, flags: Flags, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.housekeeping.write() as session:
        flags.set(session, "checkout", False, ADMIN)
    assert not flags.enabled("checkout")
    asked = 0

    def away(self: Database) -> None:
        nonlocal asked
        asked += 1
        raise OperationalError("SELECT", {}, Exception("away"))

    with monkeypatch.context() as outage:
        outage.setattr(Database, "read", away)
        flags.forget()
        assert not flags.enabled("checkout")
        assert not flags.enabled("checkout")
        assert asked == 1, "an outage is not asked about again and again"


def test_unknown_flag_is_refused(shop: Shop, flags: Flags) -> None:
    with pytest.raises(ShopError) as refused, shop.housekeeping.write() as session:
        flags.set(session, "no-such-flag", True, ADMIN)
    assert refused.value.code == "NOT_FOUND"
    with pytest.raises(KeyError):
        flags.enabled("no-such-flag")


@pytest.mark.parametrize("name", DECLARED)
def test_every_flag_is_honoured_somewhere(name: str) -> None:
    sources = [p for p in (ROOT / "system_under_test").rglob("*.py") if "flags" not in p.parts]
    uses = [p for p in sources if f'flags.require("{name}")' in p.read_text()]
    assert uses, f"nothing asks for {name}"


def test_pdf_preview_can_be_switched_off(shop: Shop, flags: Flags, guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    request = "mutation RequestPdf($id: ID!) { requestPdf(calendarId: $id) { id } }"
    with shop.housekeeping.write() as session:
        flags.set(session, "pdf_preview", False, ADMIN)
    assert guest.code(request, id=calendar_id) == "UNAVAILABLE"
    with shop.housekeeping.write() as session:
        flags.set(session, "pdf_preview", True, ADMIN)
    assert guest.data(request, id=calendar_id)


def test_flags_are_metrics(shop: Shop, flags: Flags, guest: Guest) -> None:
    with shop.housekeeping.write() as session:
        flags.set(session, "guest_orders", False, ADMIN)
    text = guest.client.get("/metrics").text
    assert 'shop_feature_flag{flag="guest_orders"} 0.0' in text
    assert 'shop_feature_flag{flag="checkout"} 1.0' in text
