"""The whole way, with everything real: from cart over Stripe's page to the printed file, as guest and signed in."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.shop.conftest import RunningApp
from tests.shop.helpers import ROOT, wait_until
from tests.shop.ordering.customer import Customer, customer_of
from tests.support import needs_browser


@contextmanager
def worker(process_environment: dict[str, str], paying_environment: dict[str, str], log: Path) -> Iterator[None]:
    """The worker as a process, for as long as a test needs it: others count what waits in the queue."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "system_under_test.worker"],
            cwd=ROOT,
            env={**process_environment, **paying_environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: "worker_ready" in log.read_text())
        yield
    finally:
        process.terminate()
        process.wait(20)


def pay(page: Page, card: str = "4242 4242 4242 4242") -> None:
    page.wait_for_url(re.compile("/c/pay/"))
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry date").fill("12 / 34")
    page.get_by_label("CVC").fill("123")
    page.get_by_label("Name on card").fill("Anna Lindqvist")
    page.get_by_role("button", name=re.compile("^Pay")).click()


def see_the_file(customer: Customer) -> None:
    """The order is paid, and what is downloaded has the checksum that the page names."""
    page = customer.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is paid.", timeout=30_000)
    link = page.get_by_role("link", name="Download PDF of Our year")
    expect(link).to_be_visible(timeout=60_000)
    page.get_by_text("Checksum").click()
    with page.expect_download() as arriving:
        link.click()
    content = arriving.value.path().read_bytes()
    assert content.startswith(b"%PDF-")
    expect(page.locator("code")).to_have_text(hashlib.sha256(content).hexdigest())
    assert page.evaluate("Object.keys(sessionStorage)") == [], "nothing of the address stays in the tab"
    expect(page.locator("#cart-count")).to_be_hidden()


@needs_browser
def test_a_guest_orders_pays_and_gets_the_file(
    paying_shop: RunningApp,
    process_environment: dict[str, str],
    paying_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    with (
        worker(process_environment, paying_environment, tmp_path / "worker.log"),
        customer_of(paying_shop) as anna,
    ):
        anna.page.goto(paying_shop.url)
        anna.put_into_cart("Our year")
        anna.open("/checkout")
        anna.fill_address()
        anna.pay_with_stripe()
        pay(anna.page)
        see_the_file(anna)
        anna.open("/orders")
        expect(anna.page.locator(".past-order")).to_have_count(1)
        anna.open("/checkout")
        expect(anna.page.get_by_role("heading", name="There is nothing to send yet")).to_be_visible()


@needs_browser
def test_a_guest_signs_in_at_the_checkout_and_keeps_cart_and_order(
    paying_shop: RunningApp,
    process_environment: dict[str, str],
    paying_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    with (
        worker(process_environment, paying_environment, tmp_path / "worker.log"),
        customer_of(paying_shop) as anna,
    ):
        page = anna.page
        page.goto(paying_shop.url)
        anna.put_into_cart("Our year")
        anna.open("/checkout")
        page.get_by_label("Town").fill("Berlin")
        page.locator("#sign-in-hint").get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail").fill("anna.signed@example.org")
        page.get_by_label("Name").fill("Anna Signed")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/checkout")
        expect(page.get_by_label("E-mail")).to_have_value("anna.signed@example.org")
        expect(page.get_by_label("Name", exact=True)).to_have_value("Anna Signed")
        expect(page.get_by_label("Town")).to_have_value("Berlin")  # typed before signing in
        expect(page.get_by_text("The order is kept with your account.")).to_be_visible()
        anna.fill_address(**{"E-mail": "anna.signed@example.org"})
        anna.pay_with_stripe()
        pay(page)
        see_the_file(anna)
        anna.open("/orders")
        expect(page.locator(".past-order")).to_have_count(1)
        expect(page.locator("#guest-note")).to_be_hidden()


@needs_browser
def test_a_declined_card_leaves_an_order_that_can_still_be_paid(
    paying_shop: RunningApp,
    process_environment: dict[str, str],
    paying_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    with (
        worker(process_environment, paying_environment, tmp_path / "worker.log"),
        customer_of(paying_shop) as anna,
    ):
        page = anna.page
        page.goto(paying_shop.url)
        anna.put_into_cart("Our year")
        anna.open("/checkout")
        anna.fill_address()
        anna.pay_with_stripe()
        pay(page, "4000 0000 0000 0002")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_role("link", name="Back").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your order is not paid yet")
        anna.open("/checkout")
        expect(page.get_by_label("Town")).to_have_value("Berlin")
        anna.open("/orders")
        page.get_by_role("link", name=re.compile("^Order ")).click()
        page.get_by_role("button", name="Pay now").click()
        pay(page)
        see_the_file(anna)
        anna.faults = [fault for fault in anna.faults if "402" not in fault]  # Stripe's page, declining
