"""Incidents: the state machine against a model of it, its bounds, the long-poll and the page."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from system_under_test.doubles.pagerduty.event import ACTIONS, Event
from system_under_test.doubles.pagerduty.incidents import OVERHEAD_BYTES, Incidents
from tests.doubles.kit.running import Double
from tests.doubles.pagerduty.events import OTHER_KEY, event, incidents, send

EVIL = "<script>alert(1)</script>"
STEPS = st.lists(
    st.tuples(st.sampled_from(["shop", "web"]), st.sampled_from("ab"), st.sampled_from(ACTIONS)), max_size=40
)


def made(action: str, key: str, number: int = 0) -> Event:
    payload = {"summary": f"event {number}", "source": "test", "severity": "error"} if action == "trigger" else {}
    return Event("k" * 32, action, key, payload, {"routing_key": "k" * 32, "number": number}, 100)


@given(STEPS)
def test_every_history_of_events_has_the_incidents_of_the_model(steps: list[tuple[str, str, str]]) -> None:
    real = Incidents(max_items=100, max_bytes=10**9)
    # Per service and key: the incidents in the order of their opening, as [status, triggers, last summary].
    model: defaultdict[tuple[str, str], list[list[object]]] = defaultdict(list)
    for number, (service, key, action) in enumerate(steps):
        assert real.apply(service, made(action, key, number)) == key
        known = model[service, key]
        live = known[-1] if known and known[-1][0] != "resolved" else None
        if action == "trigger" and live is None:
            known.append(["triggered", 1, f"event {number}"])
        elif action == "trigger" and live is not None:
            live[1:] = [int(str(live[1])) + 1, f"event {number}"]
        elif live is not None:
            live[0] = "resolved" if action == "resolve" else "acknowledged"
    for (service, key), expected in model.items():
        found = list(real.find(service=service, dedup_key=key))
        assert [[one.status, one.triggers, one.summary] for one in reversed(found)] == expected
    everything = list(real.find())
    assert len(everything) == sum(map(len, model.values()))
    assert [one.id for one in everything] == sorted((one.id for one in everything), reverse=True)
    log = list(real.log.newest_first())
    assert [(entry.service, entry.dedup_key, entry.action) for entry in reversed(log)] == steps
    triggers = [entry.incident_id for entry in log if entry.action == "trigger"]
    assert {one.id: one.triggers for one in everything} == {one: triggers.count(one) for one in triggers}


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(ACTIONS)), max_size=60), st.integers(1, 4))
def test_memory_is_bounded_and_open_incidents_outlive_resolved_ones(
    steps: list[tuple[int, str]], max_items: int
) -> None:
    real = Incidents(max_items, max_bytes=3 * (100 + OVERHEAD_BYTES))
    for number, (key, action) in enumerate(steps):
        before = {one.id: one.status for one in real.find()}
        real.apply("shop", made(action, str(key), number))
        after = {one.id for one in real.find()}
        assert len(after) <= max_items
        assert len(real.log) <= min(max_items, 3)
        gone = [before[one] for one in before.keys() - after]
        if gone and gone != ["resolved"]:
            assert "resolved" not in before.values()
    # What was forgotten while open is opened anew, not lost in between.
    for key in range(5):
        real.apply("shop", made("trigger", str(key)))
        assert next(real.find(dedup_key=str(key))).status != "resolved"


def test_the_resolved_one_goes_though_an_open_one_is_older() -> None:
    real = Incidents(max_items=2, max_bytes=10**6)
    for action, key in [("trigger", "old"), ("trigger", "done"), ("resolve", "done"), ("trigger", "new")]:
        real.apply("shop", made(action, key))
    assert [one.dedup_key for one in real.find()] == ["new", "old"]


def test_services_share_no_keys(pagerduty: Double) -> None:
    send(pagerduty, event())
    send(pagerduty, event(key=OTHER_KEY))
    send(pagerduty, event("resolve"))
    assert [(one["service"], one["status"]) for one in incidents(pagerduty)] == [
        ("website", "triggered"),
        ("shop", "resolved"),
    ]
    assert len(incidents(pagerduty, service="shop")) == 1
    assert len(incidents(pagerduty, status="triggered")) == 1
    assert pagerduty.http.get("/incidents", params={"status": "open"}).status_code == 422


def test_events_for_nothing_open_change_nothing(pagerduty: Double) -> None:
    assert send(pagerduty, event("resolve", "unknown")).status_code == 202
    assert send(pagerduty, event("acknowledge", "unknown")).status_code == 202
    assert incidents(pagerduty) == []
    log = pagerduty.http.get("/events", params={"dedup_key": "unknown"}).json()["events"]
    assert [entry["incident_id"] for entry in log] == [None, None]


def test_the_long_poll_waits_for_a_status(pagerduty: Double) -> None:
    send(pagerduty, event())
    wanted = {"dedup_key": "disk", "status": "resolved"}

    def change() -> None:
        send(pagerduty, event("acknowledge"))
        send(pagerduty, event("resolve", "another"))
        send(pagerduty, event("resolve"))

    answer = pagerduty.woken("/incidents/wait", wanted, change)
    assert answer.status_code == 200
    assert (answer.json()["dedup_key"], answer.json()["status"]) == ("disk", "resolved")
    nothing = pagerduty.http.get("/incidents/wait", params={"dedup_key": "other", "timeout": 0.05})
    assert (nothing.status_code, nothing.json()["error"]) == (408, "nothing_arrived")


def test_the_double_keeps_its_bounds(pagerduty: Double) -> None:
    for number in range(45):
        send(pagerduty, event(dedup_key=str(number)))
    assert pagerduty.http.get("/incidents").json()["count"] == 40
    log = pagerduty.http.get("/events").json()
    assert (log["count"], log["forgotten"]) == (40, 5)
    assert pagerduty.http.delete("/incidents").json() == {"deleted": 40}
    assert incidents(pagerduty) == []


def test_the_page_trusts_no_event(pagerduty: Double) -> None:
    send(pagerduty, event(dedup_key=EVIL, summary=f"Summary {EVIL}", source=EVIL))
    send(pagerduty, event("acknowledge", EVIL))
    page = pagerduty.http.get("/")
    assert "Summary &lt;script&gt;" in page.text
    assert "acknowledged" in page.text
    assert "<script" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert "script-src" not in policy
