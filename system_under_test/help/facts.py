"""Figures that the shop knows, under the names by which pages ask for them: ``{{ prices.a4_wall }}``.

No page types a price, a time or a limit: it would be wrong one day, and nobody would notice.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from system_under_test.accounts.access import ACCESS_SECONDS
from system_under_test.accounts.cookies import JOURNEY_SECONDS
from system_under_test.accounts.service import NAME_LENGTH
from system_under_test.accounts.sign_ins import SIGN_IN_SECONDS
from system_under_test.calendars import limits
from system_under_test.calendars.appearance import PALETTE
from system_under_test.carts.tables import MAX_LINES, MAX_QUANTITY
from system_under_test.guests.cookie import MAX_AGE_SECONDS
from system_under_test.help import promises
from system_under_test.help.errors import HelpError
from system_under_test.holidays.service import count_countries
from system_under_test.printing.links import WEEK_SECONDS
from system_under_test.products import seeds as products
from system_under_test.products.money import CURRENCY, TAX_PERCENT, money
from system_under_test.products.shipping import COUNTRIES, HOME, PRODUCTION_DAYS, ZONES
from system_under_test.settings import AppSettings
from system_under_test.templates_catalog import seeds as templates

_TOKEN = re.compile(r"\{\{(.*?)\}\}")
_MARKUP = re.compile(r"([\\`*_\[\]<>|{}#!&~])")
_DAY = timedelta(days=1).total_seconds()


def collect_facts(settings: AppSettings) -> Mapping[str, str]:
    """Return the words for every name. Prices are those that the migration writes into the database."""
    return {
        **_products(),
        **_delivery(),
        **_limits(),
        **_times(),
        **_promises(),
        "support.email": settings.support_email,
    }


def fill_in(text: str, facts: Mapping[str, str], file: str, line: int) -> str:
    """Return one line of Markdown with its tokens replaced; raises HelpError for one that is unknown or open."""

    def words(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name not in facts:
            near = ", ".join(sorted(known for known in facts if known.partition(".")[0] == name.partition(".")[0]))
            raise HelpError(file, line, f"the shop knows no figure called “{name}”; it knows {near or 'other ones'}.")
        # An e-mail address or a name must never be read as markup.
        return _MARKUP.sub(r"\\\1", facts[name])

    filled = _TOKEN.sub(words, text)
    if "{{" in _TOKEN.sub("", text) or "}}" in _TOKEN.sub("", text):
        raise HelpError(file, line, "a token is not closed, or opened on another line.")
    return filled


def _span(days: tuple[int, int]) -> str:
    return f"{days[0]} to {days[1]}"


def _products() -> dict[str, str]:
    found = {"tax.percent": str(TAX_PERCENT)}
    for product in products.SEEDS:
        key = product.slug.replace("-", "_")
        found[f"prices.{key}"] = money(product.price_cents, CURRENCY)
        found[f"products.{key}"] = product.description
    return found


def _delivery() -> dict[str, str]:
    found = {"countries.delivery": str(len(COUNTRIES)), "days.production": _span(PRODUCTION_DAYS)}
    for zone in ZONES:
        found[f"shipping.{zone.name}"] = money(zone.shipping_cents, CURRENCY)
        found[f"days.{zone.name}"] = _span(zone.days)
        found[f"countries.{zone.name}"] = ", ".join(c.name for c in COUNTRIES.values() if c.zone is zone)
    one = products.SEEDS[0].price_cents
    return found | {
        "example.two": money(2 * one, CURRENCY),
        "example.total": money(2 * one + HOME.shipping_cents, CURRENCY),
    }


def _limits() -> dict[str, str]:
    return {
        "limits.title": str(limits.TITLE_LENGTH),
        "limits.event_text": str(limits.TEXT_LENGTH),
        "limits.events": f"{limits.EVENTS_PER_CALENDAR:,}",
        "limits.calendars": f"{limits.CALENDARS_PER_SESSION:,}",
        "limits.copies": str(MAX_QUANTITY),
        "limits.cart_items": str(MAX_LINES),
        "limits.name": str(NAME_LENGTH),
        "colours.count": str(len(PALETTE)),
        "colours.names": ", ".join(accent.name for accent in PALETTE),
        "designs.count": str(len(templates.SEEDS)),
        "designs.year": str(templates.SEED_YEAR),
        "holidays.countries": str(count_countries()),
    }


def _times() -> dict[str, str]:
    return {
        "days.pdf_link": f"{WEEK_SECONDS / _DAY:g}",
        "days.guest_cookie": f"{MAX_AGE_SECONDS / _DAY:g}",
        "days.sign_in": f"{SIGN_IN_SECONDS / _DAY:g}",
        "minutes.token": f"{ACCESS_SECONDS / 60:g}",
        "minutes.signing_in": f"{JOURNEY_SECONDS / 60:g}",
    }


def _promises() -> dict[str, str]:
    return {
        "days.refund": str(promises.BANK_DAYS),
        "days.fault_report": str(promises.FAULT_REPORT_DAYS),
        "days.answer": str(promises.ANSWER_DAYS),
        "days.ccpa_answer": str(promises.CCPA_ANSWER_DAYS),
        "days.logs": str(promises.LOG_DAYS),
        "days.withdrawal": str(promises.WITHDRAWAL_DAYS),
        "days.notice": str(promises.NOTICE_DAYS),
        "hours.payment_page": str(promises.PAYMENT_PAGE_HOURS),
        "years.bookkeeping": str(promises.BOOKKEEPING_YEARS),
        "years.least_age": str(promises.LEAST_AGE),
    }
