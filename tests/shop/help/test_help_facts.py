"""Every figure comes from where the shop itself has it."""

from __future__ import annotations

import re

import httpx
import pytest

from system_under_test.app.resources import Shop
from system_under_test.help.errors import HelpError
from system_under_test.help.facts import collect_facts, fill_in
from system_under_test.holidays.service import count_countries, list_countries
from system_under_test.products.service import list_products
from system_under_test.settings import AppSettings
from tests.shop.helpers import ROOT, Guest

TOKEN = re.compile(r"\{\{ ?([\w.]+) ?\}\}")


def test_prices_are_those_of_the_database(settings: AppSettings, shop: Shop) -> None:
    facts = collect_facts(settings)
    with shop.database.read() as session:
        offered = {p.slug.replace("-", "_"): f"€{p.price_cents / 100:.2f}" for p in list_products(session)}
    assert {name.removeprefix("prices."): v for name, v in facts.items() if name.startswith("prices.")} == offered
    assert len(offered) >= 3


def test_shipping_is_that_of_the_checkout(settings: AppSettings, guest: Guest) -> None:
    facts = collect_facts(settings)
    countries = guest.data("{ shippingCountries { name shippingCents } }")["shippingCountries"]
    assert facts["countries.delivery"] == str(len(countries))
    told = {
        country: facts[f"shipping.{zone}"]
        for zone in ("home", "near", "europe", "customs", "overseas")
        for country in facts[f"countries.{zone}"].split(", ")
    }
    assert told == {c["name"]: f"€{c['shippingCents'] / 100:.2f}" for c in countries}


def test_countries_with_holidays_are_counted_without_the_library() -> None:
    assert count_countries() == len(list_countries())


def test_pages_show_the_figures(client: httpx.Client, settings: AppSettings) -> None:
    facts = collect_facts(settings)
    shown = client.get("/help/ordering").text
    for name in ("prices.a3_wall", "shipping.overseas", "days.production", "limits.copies", "support.email"):
        assert facts[name] in shown, name
    assert "{{" not in shown


def test_another_support_address_is_shown(settings: AppSettings) -> None:
    other = settings.model_copy(update={"support_email": "a_b*c@shop.example"})
    assert fill_in("Write to {{support.email}}.", collect_facts(other), "x.md", 1) == r"Write to a\_b\*c@shop.example."


@pytest.mark.parametrize("text", ["{{ }}", "{{ prices }}", "{{ days.none }}", "{{ days.answer", "days.answer }}"])
def test_what_is_no_figure_is_refused(settings: AppSettings, text: str) -> None:
    with pytest.raises(HelpError, match=r"^x\.md:7: "):
        fill_in(text, collect_facts(settings), "x.md", 7)


def test_no_figure_is_known_in_vain(settings: AppSettings) -> None:
    used = {name for page in (ROOT / "docs").glob("[hl]e*/*.md") for name in TOKEN.findall(page.read_text())}
    assert used == set(collect_facts(settings))
