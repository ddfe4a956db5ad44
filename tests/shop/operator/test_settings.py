"""Settings: everything wrong is named at once and no value is shown; production refuses each double by itself."""

from __future__ import annotations

import os

import pytest

from system_under_test.settings import AppSettings, DatabaseSettings, WorkerSettings, load_settings

GOOD = {
    "SHOP_DATABASE_URL": "postgresql://u:p@127.0.0.1:5432/shop",
    "SHOP_ENVIRONMENT": "test",
    "SHOP_PUBLIC_URL": "http://127.0.0.1:8000",
    "SHOP_QUEUE_URL": "redis://127.0.0.1:6379/0",
    "SHOP_STORAGE_ENDPOINT": "http://127.0.0.1:9000",
    "SHOP_STORAGE_ACCESS_KEY": "key",
    "SHOP_STORAGE_SECRET_KEY": "secret",
    "SHOP_LINK_SECRET": "12345678",
    "SHOP_SESSION_SECRET": "12345678",
    "SHOP_TOKEN_SECRET": "12345678",
    "SHOP_STRIPE_API_KEY": "sk_test_1",
    "SHOP_STRIPE_API_BASE": "http://127.0.0.1:9",
    "SHOP_STRIPE_WEBHOOK_SECRET": "whsec_1234",
    "SHOP_SMTP_HOST": "127.0.0.1",
    "SHOP_SMTP_SECURITY": "none",
    "SHOP_OIDC_ISSUER": "http://127.0.0.1:9",
    "SHOP_OIDC_CLIENT_ID": "client",
    "SHOP_OIDC_CLIENT_SECRET": "secret-of-client",
}
LONG = "0123456789abcdef0123456789abcdef"
PRODUCTION = {
    "SHOP_DATABASE_URL": "postgresql://u:p@db.example.com:5432/shop",
    "SHOP_ENVIRONMENT": "production",
    "SHOP_PUBLIC_URL": "https://village-calendar.example.com",
    "SHOP_QUEUE_URL": "rediss://queue.example.com:6379/0",
    "SHOP_STORAGE_ENDPOINT": "https://storage.example.com",
    "SHOP_STORAGE_ACCESS_KEY": "key",
    "SHOP_STORAGE_SECRET_KEY": "secret",
    "SHOP_LINK_SECRET": LONG,
    "SHOP_SESSION_SECRET": LONG,
    "SHOP_TOKEN_SECRET": LONG,
    "SHOP_STRIPE_API_KEY": "sk_live_" + LONG,
    "SHOP_STRIPE_WEBHOOK_SECRET": "whsec_" + LONG,
    "SHOP_SMTP_HOST": "smtp.example.com",
    "SHOP_OIDC_CLIENT_ID": "client",
    "SHOP_OIDC_CLIENT_SECRET": "secret-of-client",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SHOP_")]:
        monkeypatch.delenv(name)


def refusal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    base: dict[str, str],
    changes: dict[str, str | None],
) -> str:
    for name, value in {**base, **changes}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load_settings(AppSettings)
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    shown = message.replace("must not be none", "").replace("http:// or https://", "")
    assert not [value for value in changes.values() if value and len(value) > 2 and value in shown]
    return message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SHOP_DATABASE_URL", None),
        ("SHOP_DATABASE_URL", "mysql://x/y"),
        ("SHOP_QUEUE_URL", "127.0.0.1:6379"),
        ("SHOP_STORAGE_ENDPOINT", "nowhere"),
        ("SHOP_STORAGE_BUCKET", "No Bucket!"),
        ("SHOP_STORAGE_ACCESS_KEY", None),
        ("SHOP_ENVIRONMENT", "staging"),
        ("SHOP_ENVIRONMENT", None),
        ("SHOP_SESSION_SECRET", "short"),
        ("SHOP_TOKEN_SECRET", "short"),
        ("SHOP_LINK_SECRET", "short"),
        ("SHOP_TOKEN_SECRET_PREVIOUS", "short"),
        ("SHOP_STRIPE_WEBHOOK_SECRET", "short"),
        ("SHOP_POOL_SIZE", "0"),
        ("SHOP_POOL_SIZE", "many"),
        ("SHOP_TRUSTED_PROXIES", "10.0.0.0/8, load-balancer"),
        ("SHOP_SUPPORT_EMAIL", "<script>"),
        ("SHOP_RELEASE", "1.0 with blanks"),
        ("SHOP_RATE_LIMITS", "sometimes"),
        ("SHOP_DRAIN_DELAY", "-1"),
    ],
)
def test_wrong_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str | None
) -> None:
    message = refusal(monkeypatch, capsys, GOOD, {variable: value})
    assert f" {variable}" in message
    assert message.count("SHOP_") == 1, "only what is wrong is named"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SHOP_PUBLIC_URL", "http://village-calendar.example.com"),
        ("SHOP_PUBLIC_URL", "https://localhost"),
        ("SHOP_PUBLIC_URL", "https://127.0.0.1"),
        ("SHOP_STORAGE_ENDPOINT", "https://10.1.2.3"),
        ("SHOP_STORAGE_ENDPOINT", "http://storage.example.com"),
        ("SHOP_STORAGE_ENDPOINT", "https://moto:9000"),
        ("SHOP_STORAGE_PUBLIC_ENDPOINT", "https://storage.localhost"),
        ("SHOP_STRIPE_API_BASE", "https://stripe.double.example.com"),
        ("SHOP_STRIPE_API_BASE", "http://127.0.0.1:4000"),
        ("SHOP_STRIPE_API_KEY", "sk_test_village"),
        ("SHOP_STRIPE_WEBHOOK_SECRET", "whsec_village_calendar"),
        ("SHOP_SMTP_SECURITY", "none"),
        ("SHOP_OIDC_ISSUER", "http://127.0.0.1:4000"),
        ("SHOP_OIDC_ISSUER", "https://google.test"),
        ("SHOP_RATE_LIMITS", "false"),
        ("SHOP_SESSION_SECRET", "only-for-the-process-target"),
        ("SHOP_TOKEN_SECRET", "only-for-the-process-target"),
        ("SHOP_LINK_SECRET", "only-for-the-process-target"),
    ],
)
def test_production_refuses_each_double_by_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    message = refusal(monkeypatch, capsys, PRODUCTION, {variable: value})
    assert f" {variable}" in message
    assert message.count("SHOP_") == 1


def test_everything_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    changes = {
        "SHOP_DATABASE_URL": None,
        "SHOP_PUBLIC_URL": "http://127.0.0.1:8000",
        "SHOP_STRIPE_API_BASE": "http://127.0.0.1:4000",
        "SHOP_STRIPE_API_KEY": "sk_test_village",
        "SHOP_SMTP_SECURITY": "none",
        "SHOP_OIDC_ISSUER": "http://127.0.0.1:4001",
        "SHOP_RATE_LIMITS": "no",
        "SHOP_SESSION_SECRET": "short",
        "SHOP_LINK_SECRET": None,
    }
    message = refusal(monkeypatch, capsys, PRODUCTION, changes)
    assert {name for name in changes if name in message} == set(changes)


def test_production_starts_with_real_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(AppSettings)
    assert settings.is_production
    assert settings.rate_limits


def test_doubles_are_welcome_outside_production(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert not load_settings(AppSettings).is_production


def test_worker_needs_no_secret_of_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        if name not in {"SHOP_SESSION_SECRET", "SHOP_TOKEN_SECRET"} and not name.startswith("SHOP_OIDC"):
            monkeypatch.setenv(name, value)
    assert load_settings(WorkerSettings).smtp_port == 587


def test_migration_needs_the_database_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DATABASE_URL", GOOD["SHOP_DATABASE_URL"])
    assert load_settings(DatabaseSettings).pool_size == 20
