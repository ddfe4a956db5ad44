"""The shop with doubles of Stripe and Google behind it, each a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.settings import AppSettings
from tests.shop.conftest import RunningApp
from tests.shop.helpers import free_port, running_double


@pytest.fixture(scope="module")
def paying_environment(shop_environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Settings of a shop whose customers can pay and sign in."""
    shop_url = f"http://127.0.0.1:{free_port()}"
    secret = shop_environment["SHOP_STRIPE_WEBHOOK_SECRET"]
    hook = ("--webhook-url", f"{shop_url}/webhooks/stripe", "--webhook-secret", secret, "--retry-base", "0.2")
    with (
        running_double("stripe", *hook) as stripe,
        running_double("google", "--redirect-uri", f"{shop_url}/auth/google/callback") as google,
    ):
        yield {
            **shop_environment,
            "SHOP_STRIPE_API_BASE": stripe,
            "SHOP_OIDC_ISSUER": google,
            "SHOP_PUBLIC_URL": shop_url,
        }


@pytest.fixture(scope="module")
def paying_app(paying_environment: dict[str, str]) -> Iterator[RunningApp]:
    settings = AppSettings(**{k.removeprefix("SHOP_").lower(): v for k, v in paying_environment.items()})  # type: ignore[arg-type]
    with RunningApp(create_app(settings), port=int(settings.public_url.rsplit(":", 1)[1])) as running:
        yield running


@pytest.fixture
def paying_shop(paying_app: RunningApp, shop: Shop) -> RunningApp:
    """The same, with nothing left of earlier tests."""
    assert shop
    return paying_app
