"""Every kind of request with marked values, through the real processes: none of the marks is in their logs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from system_under_test.app.resources import Shop
from tests.shop.accounts.people import RENAME_ME, Google, Person
from tests.shop.helpers import REQUEST_PDF, answers, free_port, token_on, wait_until
from tests.shop.payments.till import ADD_TO_CART, ADDRESS, ORDER, PLACE, Stripe, stripe_process
from tests.shop.worker.support import Environment, MailDouble, mail_double, process

# Found in whatever letter case and however cut or wrapped.
MARK = "quokka"
MARKED = {
    **ADDRESS,
    "email": "Quokka.Person@quokka-mail.example",
    "name": "Quokka Recipient",
    "line1": "Quokka Street 7",
    "line2": "Quokka House",
    "city": "Quokkatown",
}


@pytest.fixture
def logs(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "app.log", tmp_path / "worker.log"


@pytest.fixture
def parts(
    process_environment: Environment, shop: Shop, logs: tuple[Path, Path], tmp_path: Path
) -> Iterator[tuple[str, Google, Stripe, MailDouble]]:
    """The shop and its worker as processes, with doubles of all that they ask."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    google_port = free_port()
    google = Google(f"http://127.0.0.1:{google_port}")
    with ExitStack() as opened:
        stripe = opened.enter_context(stripe_process(f"{url}/webhooks/stripe"))
        mail = opened.enter_context(mail_double())
        redirect = f"{url}/auth/google/callback"
        arguments = ("--port", str(google_port), "--redirect-uri", redirect)
        log = tmp_path / "google.log"
        opened.enter_context(
            process(dict(process_environment), log, "-m", "system_under_test.doubles.google", *arguments)
        )
        environment = {
            **process_environment,
            "SHOP_PUBLIC_URL": url,
            "SHOP_OIDC_ISSUER": google.url,
            "SHOP_STRIPE_API_BASE": stripe.url,
            "SHOP_SMTP_PORT": str(mail.port),
            "SHOP_RATE_LIMITS": "true",
            "SHOP_LOCK_TIMEOUT": "0.3",
        }
        opened.enter_context(process(environment, logs[0], "-m", "system_under_test.app", "--port", str(port)))
        opened.enter_context(process(environment, logs[1], "-m", "system_under_test.worker"))
        wait_until(lambda: answers(url + "/readyz") and answers(google.url + "/livez"))
        wait_until(lambda: "worker_ready" in logs[1].read_text())
        yield url, google, stripe, mail


def strange_requests(url: str) -> None:
    """What is refused, with the mark wherever a request has room for it."""
    marked = {"user-agent": MARK, "x-forwarded-for": MARK, "referer": f"{url}/{MARK}", "cookie": f"vc_session={MARK}"}
    with httpx.Client(base_url=url, headers=marked, timeout=20) as client:
        for path in (f"/?q={MARK}", f"/{MARK}", f"/editor/{MARK}", f"/preview/{MARK}?{MARK}=1", f"/static/{MARK}",
                     f"/auth/sign-in?next=/{MARK}", f"/auth/google/callback?code={MARK}&state={MARK}",
                     f"/orders/{MARK}", f"/covers/{MARK}.svg", f"/pdf/{MARK}"):  # fmt: skip
            client.get(path)
        client.post("/calendars", data={"template": MARK, "form_token": MARK})
        client.post("/calendars", data={"template": MARK}, headers={"origin": f"https://{MARK}.example"})
        client.post("/webhooks/stripe", json={"id": MARK}, headers={"stripe-signature": f"t=1,v1={MARK}"})
        client.post("/auth/refresh", headers={"cookie": f"vc_refresh={MARK}"})
        client.post("/graphql", content=f"{{{MARK}", headers={"content-type": "application/json"})
        client.post("/graphql", content=MARK, headers={"content-type": f"text/{MARK}"})
        client.post("/graphql", content=MARK * 20000, headers={"content-type": "application/json"})
        client.post("/graphql", json={"query": "{ me { id } }"}, headers={"authorization": f"Bearer {MARK}"})
        client.post("/graphql", json={"query": f"query {MARK} {{ {MARK} }}", "operationName": MARK})
        client.post("/graphql", json={"query": "{ me { id } }"}, headers={"idempotency-key": MARK * 50})
        client.request(MARK.upper(), f"/{MARK}")


def shop_like_a_person(person: Person, stripe: Stripe) -> str:
    """Sign in, write, order and pay; return the order's id."""
    person.client.post("/calendars", data={"template": "village-year", "form_token": token_on(person.client)})
    person.sign_in(MARKED["email"], "Quokka Person")
    person.data(RENAME_ME, name="Quokka Renamed")
    calendar_id = person.new_calendar(title="Quokka year")
    person.add(calendar_id, text="Quokka birthday")
    person.run(
        "mutation UpdateCalendar($id: ID!, $input: UpdateCalendarInput!) {"
        " updateCalendar(id: $id, input: $input) { id } }",
        id=calendar_id,
        input={"title": MARK * 2000},
    )
    person.data(ADD_TO_CART, calendarId=calendar_id, product="a4-wall", quantity=1)
    person.run(PLACE, input={**MARKED, "postcode": MARK, "country": MARK}, key="key-1-of-this-test")
    order = person.data(PLACE, input=MARKED, key="key-2-of-this-test")["placeOrder"]
    person.data(REQUEST_PDF, id=calendar_id)
    assert stripe.pay(order["checkoutUrl"]).status_code == 303
    return str(order["id"])


def meet_faults(person: Person, shop: Shop, calendar_id: str) -> None:
    """Write while the table is locked: the database refuses a statement that carries the text."""
    with shop.housekeeping.write() as session:
        session.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
        answer = person.post(
            "mutation AddEvent($calendarId: ID!, $input: AddEventInput!) {"
            " addEvent(calendarId: $calendarId, input: $input) { id } }",
            {"calendarId": calendar_id, "input": {"date": "2027-05-01", "text": "Quokka fault"}},
        )
    assert answer.status_code == 503


def test_logs_name_nobody(
    parts: tuple[str, Google, Stripe, MailDouble], logs: tuple[Path, Path], shop: Shop, process_environment: Environment
) -> None:
    url, google, stripe, mail = parts
    # The first attempt to write is refused with the recipient's address in the refusal.
    mail.fail("tempfail", 1)
    with httpx.Client(base_url=url, timeout=20) as client:
        person = Person(client, google)
        order_id = shop_like_a_person(person, stripe)
        strange_requests(url)
        meet_faults(person, shop, person.new_calendar())
        done = wait_until(
            lambda: (o := person.data(ORDER, id=order_id)["order"])["items"][0]["pdf"]["status"] == "DONE" and o
        )
        assert done["email"] == MARKED["email"]
        assert MARKED["email"] in str(mail.wait())
        # A refresh token that was used before: the whole sign-in is revoked.
        old = person.refresh_token
        person.refresh()
        assert person.refresh(old).status_code == 401
        secrets = {old, person.refresh_token, person.token, client.cookies.get("vc_session")}
        client.post("/auth/sign-out")

    lines = [line for log in logs for line in log.read_text().splitlines()]
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(entries) == len(lines), "every line is JSON"
    events = {entry["event"] for entry in entries}
    assert {"request", "graphql_fault", "signed_in", "refresh_token_reused", "sign_in_refused"} <= events
    everything = "\n".join(lines).lower()
    assert [line for line in lines if MARK in line.lower()] == []
    secrets |= {v for k, v in process_environment.items() if k.startswith("SHOP_") and k.endswith(("_SECRET", "_KEY"))}
    assert [secret for secret in secrets if secret and secret not in {"access"} and secret.lower() in everything] == []
