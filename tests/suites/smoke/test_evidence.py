"""What is kept as evidence, and what is not."""

from __future__ import annotations

import json

from suites.evidence.redact import HIDDEN, Redactor
from tests.suites.smoke.conftest import Walk
from tests.suites.smoke.fake_http import FakeHttp, reply

POST = {"method": "POST", "path": "/x", "expect": {"status": 200}}


def test_a_failed_step_leaves_request_and_response(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /x", reply("b" * 20_000, 500, X_Why="broken"))
    seen = walk({"id": "post", "request": {**POST, "json": {"a": 1}}})
    (path,) = seen.check("post").evidence
    kept = json.loads((seen.root / path).read_text())
    assert kept["request"]["method"] == "POST"
    assert kept["request"]["url"] == f"{shop.url}/x"
    assert json.loads(kept["request"]["body"]) == {"a": 1}
    assert kept["response"]["status"] == 500
    assert ["x-why", "broken"] in kept["response"]["headers"]
    assert kept["response"]["bytes"] == 20_000
    assert len(kept["response"]["body"]) == 8192
    assert kept["message"] == "expected status 200, got 500"


def test_no_answer_is_kept_as_null(walk: Walk) -> None:
    seen = walk({"id": "gone", "request": {"path": "/x", "endpoint": "closed", "expect": {"status": 200}}})
    assert json.loads((seen.root / seen.check("gone").evidence[0]).read_text())["response"] is None


def test_cookies_and_secrets_are_not_kept(walk: Walk, shop: FakeHttp) -> None:
    cookie, token, typed, link = "c00kie-value-1", "bearer-value-2", "typed-value-3", "signed-value-4"
    shop.on("GET /in", reply("", Set_Cookie=f"vc_session={cookie}; HttpOnly"))
    shop.on(
        "POST /in",
        reply(
            {
                "accessToken": token,
                "echo": f"you sent {cookie} {token}",
                "url": f"/f?a=1&X-Amz-Signature={link}",
                "text": "ok",
            }
        ),
    )
    login = {"method": "POST", "path": "/in", "headers": {"Authorization": f"Bearer {token}"},
             "json": {"password": typed}, "expect": {"status": 201, "json": {"echo": "nothing"}}}  # fmt: skip
    seen = walk({"id": "in", "request": {"path": "/in", "expect": {"status": 200}}}, {"id": "login", "request": login})
    kept = "".join(path.read_text() for path in seen.evidence.iterdir()) + seen.check("login").message
    for secret in (cookie, token, typed, link):
        assert secret not in kept
    assert "vc_session=" + HIDDEN in kept
    assert '\\"text\\": \\"ok\\"' in kept


def test_harmless_names_stay() -> None:
    text = Redactor().text('{"keyboard": "a", "sessions_left": 3, "tokenizer": "b", "title": "Secretary"}')
    assert HIDDEN not in text


def test_short_values_are_not_searched_for() -> None:
    redactor = Redactor()
    redactor.learn(["1", "de"])
    assert redactor.text("de 1 a") == "de 1 a"


def test_a_card_is_hidden_in_a_form_that_begins_with_it() -> None:
    text = Redactor().text("card_number=4242424242424242&cvc=123&name=Anna")
    assert text == "card_number=‹redacted›&cvc=‹redacted›&name=Anna"


def test_a_secret_that_is_the_first_parameter_of_an_address_is_hidden() -> None:
    assert Redactor().text("https://shop/f?signature=abc123&page=2") == "https://shop/f?signature=‹redacted›&page=2"
