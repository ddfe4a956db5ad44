"""The views: long-poll, bounded memory, and channel pages in which a stranger's words stay words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from system_under_test.doubles.slack.text import colour, mrkdwn
from tests.doubles.kit.running import Double
from tests.doubles.slack.test_webhook import GOLDEN, HOOK

EVIL = "<script>alert(1)</script>"


def test_the_long_poll_wakes_for_its_own_message(slack: Double) -> None:
    def post() -> None:
        slack.http.post(HOOK, json={"text": "not this one"})
        slack.http.post(HOOK, json={"channel": "#orders", "attachments": [{"title": "Order 5"}]})

    answer = slack.woken("/messages/wait", {"channel": "#orders", "text": "order 5"}, post)
    assert answer.status_code == 200
    assert answer.json()["attachments"] == [{"title": "Order 5"}]
    nothing = slack.http.get("/messages/wait", params={"text": "never", "timeout": 0.05})
    assert (nothing.status_code, nothing.json()["error"]) == (408, "nothing_arrived")


def test_memory_is_bounded_by_count_and_by_bytes(slack: Double) -> None:
    for number in range(53):
        slack.http.post(HOOK, json={"text": str(number)})
    listed = slack.http.get("/messages").json()
    assert (listed["count"], listed["forgotten"]) == (50, 3)
    assert [listed["messages"][0]["text"], listed["messages"][-1]["text"]] == ["52", "3"]
    for _ in range(8):
        slack.http.post(HOOK, json={"text": "large", "pad": "y" * 190_000})
    kept = slack.http.get("/messages").json()["messages"]
    assert kept[0]["text"] == "large"
    assert sum(len(json.dumps(message["payload"])) for message in kept) <= 1_000_000
    assert slack.http.delete("/messages").json() == {"deleted": len(kept)}
    assert slack.http.get("/messages").json()["count"] == 0


def test_the_channel_page_shows_alertmanagers_message(slack: Double) -> None:
    slack.http.post(HOOK, json=GOLDEN)
    assert "#alerts" in slack.http.get("/").text
    page = slack.http.get("/channels/alerts").text
    assert '<a href="http://alertmanager:9093/#/alerts?receiver=slack" rel="noreferrer">[FIRING:1]' in page
    assert "<strong>Umsatz fällt</strong>: 5 &lt; 10 orders" in page
    assert '<a href="http://grafana:3000/d/orders" rel="noreferrer">the dashboard</a>' in page
    assert "<code>rate(shop_orders_paid_total[10m])</code>" in page
    assert '<a href="http://runbooks/high-error-rate" rel="noreferrer">Runbook</a>' in page
    assert 'fill="#a30200"' in page
    assert slack.http.get("/channels/nowhere").status_code == 404


@pytest.mark.parametrize(
    "payload",
    [
        {"text": EVIL, "username": EVIL},
        {"attachments": [dict.fromkeys(("pretext", "title", "text", "footer", "color", "fallback"), EVIL)]},
        {"attachments": [{"fields": [{"title": EVIL, "value": EVIL}]}]},
        {"attachments": [{"title": EVIL, "title_link": "javascript:alert(1)"}]},
        {"attachments": [{"title": EVIL, "title_link": 'http://x/"onclick="alert(1)'}]},
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f'*{EVIL}* <http://x/"y|{EVIL}>'}}]},
        {"attachments": [{"actions": [{"text": EVIL, "url": "http://x/"}, {"text": "x", "url": "javascript:x()"}]}]},
        {"text": "&lt;script&gt;alert(1)&lt;/script&gt;"},
    ],
    ids=range(8),
)
def test_a_strangers_words_stay_words(slack: Double, payload: dict[str, Any]) -> None:
    assert slack.http.post(HOOK, json=payload).text == "ok"
    page = slack.http.get("/channels/alerts")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "javascript:" not in page.text
    assert '"onclick' not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "payload",
    [
        {"attachments": [{"fields": 5, "actions": [5, {}], "title": 7, "text": None, "color": []}]},
        {"attachments": [{"fields": [5, None, {"value": {}}]}]},
        {"blocks": [{"type": "section", "text": 5}, {"type": "header"}, {"type": "divider"}]},
        {"text": "*a _b* c_ ~ ``` <http:// <http://|> `"},
    ],
    ids=range(4),
)
def test_odd_messages_do_not_break_the_page(slack: Double, payload: dict[str, Any]) -> None:
    assert slack.http.post(HOOK, json=payload).text == "ok"
    assert slack.http.get("/channels/alerts").status_code == 200


@given(st.text(alphabet="<>&\"'*_~`|:/ahtps.x\n ", max_size=80))
def test_mrkdwn_makes_no_tag_but_its_own(text: str) -> None:
    html = str(mrkdwn(text))
    allowed = r'</?(?:strong|em|s|code|pre|a)(?: class="code"| href="https?://[^"<>]+" rel="noreferrer")?>'
    assert not set(re.sub(allowed, "", html)) & set("<>\"'")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("good", "#2eb886"),
        ("#AbCdEf", "#AbCdEf"),
        ("abcdef", "#abcdef"),
        ('red"/>', "#dddddd"),
        (5, "#dddddd"),
        ("#abcdef\n", "#dddddd"),
    ],
)
def test_colours(value: object, expected: str) -> None:
    assert colour(value) == expected
