"""What steps share: saved values, cookies, waiting, skipping; and the three ways in which nothing is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.model.errors import Refused, SuiteError
from harness.model.observation import Measurement
from suites.smoke.suite import SmokeSuite
from tests.suites.context import FakeContext, planned
from tests.suites.smoke.conftest import Walk
from tests.suites.smoke.fake_http import Asked, FakeHttp, Reply, reply

OK = {"status": 200}
MAKE = {"id": "make", "request": {"method": "POST", "path": "/things", "json": {"a": [1]}, "expect": OK,
                                  "save": {"thing_id": "data.id"}}}  # fmt: skip


def test_saved_values_reach_path_headers_and_json_with_their_type(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": 7}}))
    shop.on("PUT /things/7", reply({"id": 7}))
    use = {"method": "PUT", "path": "/things/{thing_id}", "headers": {"x-id": "id {thing_id}"},
           "json": {"deep": [{"id": "{thing_id}"}], "text": "no {thing_id}"},
           "expect": {"json": {"id": {"equals_saved": "thing_id"}}}}  # fmt: skip
    seen = walk(MAKE, {"id": "use", "request": use})
    assert seen.check("use").outcome == "passed"
    assert shop.asked[1].headers["x-id"] == "id 7"
    assert json.loads(shop.asked[1].body) == {"deep": [{"id": 7}], "text": "no 7"}


def test_a_form_is_sent_as_a_browser_sends_it(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": 7}}))
    shop.on("POST /pay", reply("thanks"))
    form = {"card_number": "4242 4242", "thing": "{thing_id}", "note": "a&b=c"}
    pay = {"method": "POST", "path": "/pay", "form": form, "expect": {"text_contains": "thanks"}}
    seen = walk(MAKE, {"id": "pay", "request": pay})
    assert seen.check("pay").outcome == "passed"
    assert shop.asked[1].headers["content-type"] == "application/x-www-form-urlencoded"
    assert shop.asked[1].body == "card_number=4242+4242&thing=7&note=a%26b%3Dc"


def test_equals_saved_fails_on_another_value(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": 7}}))
    shop.on("GET /x", reply({"id": 8}))
    use = {"path": "/x", "expect": {"json": {"id": {"equals_saved": "thing_id"}}}}
    message = walk(MAKE, {"id": "use", "request": use}).check("use").message
    assert message == "expected id to be 7 (saved as thing_id), got 8"


def test_a_saved_value_is_quoted_inside_a_path(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": "a/b?c"}}))
    walk(MAKE, {"id": "use", "request": {"path": "/things/{thing_id}", "expect": OK}})
    assert shop.asked[1].path == "/things/a%2Fb%3Fc"


@pytest.mark.parametrize(
    "broken", [reply({"data": {"id": 1}}, 500), reply({"data": {}}), reply({"data": {"id": None}})]
)
def test_a_step_that_needs_what_a_failed_one_should_have_saved_is_skipped(
    walk: Walk, shop: FakeHttp, broken: Reply
) -> None:
    shop.on("POST /things", broken)
    shop.on("GET /other", reply("fine"))
    seen = walk(MAKE, {"id": "use", "request": {"path": "/things/{thing_id}", "expect": OK}},
                {"id": "other", "request": {"path": "/other", "expect": OK}})  # fmt: skip
    assert [seen.check(name).outcome for name in ("make", "use", "other")] == ["failed", "skipped", "passed"]
    assert seen.check("use").message == "it needs thing_id, which no earlier step could save"
    assert seen.receipt().complete is False
    assert "use: it needs thing_id, which no earlier step could save" in seen.receipt().skipped


def test_an_older_value_does_not_stand_in_for_a_failed_save(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": 1}}), reply("", 500))
    again = {**MAKE, "id": "again"}
    seen = walk(MAKE, again, {"id": "use", "request": {"path": "/things/{thing_id}", "expect": OK}})
    assert seen.check("use").outcome == "skipped"


def test_cookies_belong_to_a_session(walk: Walk, shop: FakeHttp) -> None:
    shop.on("GET /in", reply("", Set_Cookie="vc_session=abcdefghijkl; Path=/"))

    def who(asked: Asked) -> Reply:
        return reply(asked.headers.get("cookie", "nobody"))

    shop.routes["GET /who"] = who
    same = {"path": "/who", "expect": {"text_contains": "abcdefghijkl"}}
    other = {"path": "/who", "session": "stranger", "expect": {"text_contains": "nobody"}}
    seen = walk({"id": "in", "request": {"path": "/in", "expect": OK}}, {"id": "same", "request": same},
                {"id": "other", "request": other})  # fmt: skip
    assert [c.outcome for c in (seen.check("same"), seen.check("other"))] == ["passed", "passed"]


def test_until_asks_again_and_gives_up(walk: Walk, shop: FakeHttp) -> None:
    shop.on("GET /job", reply({"s": "QUEUED"}), reply("", 503), reply({"s": "DONE"}))
    shop.on("GET /stuck", reply({"s": "RUNNING"}))
    done = {"expect": {"json": {"s": "DONE"}}}
    seen = walk(
        {"id": "job", "request": {"path": "/job", **done, "until": {"within": "20s", "every": "10ms"}}},
        {"id": "stuck", "request": {"path": "/stuck", **done, "until": {"within": "50ms", "every": "20ms"}}},
    )
    assert seen.check("job").outcome == "passed"
    assert "3 tries" in seen.check("job").message
    assert seen.check("stuck").outcome == "failed"
    assert 'expected s to be "DONE", got "RUNNING" after' in seen.check("stuck").message
    assert len(seen.of(Measurement)) == 2


def test_until_survives_a_server_that_is_not_there_yet(walk: Walk, shop: FakeHttp) -> None:
    shop.on("GET /job", (0, {}, b""), reply("up"))
    step = {"path": "/job", "expect": OK, "until": {"within": "20s", "every": "10ms"}}
    assert walk({"id": "job", "request": step}).check("job").outcome == "passed"


def test_no_answer_fails_and_is_no_measurement(walk: Walk, shop: FakeHttp) -> None:
    shop.on("GET /x", (0, {}, b""))
    seen = walk({"id": "refused", "request": {"path": "/x", "endpoint": "closed", "expect": OK}},
                {"id": "broken-off", "request": {"path": "/x", "expect": OK}})  # fmt: skip
    assert {seen.check(name).outcome for name in ("refused", "broken-off")} == {"failed"}
    assert "expected an answer to GET /x, got no answer (" in seen.check("refused").message
    assert (seen.receipt().seen, seen.of(Measurement)) == (0, [])


def test_no_answer_in_time_fails(walk: Walk, shop: FakeHttp) -> None:
    import threading

    released = threading.Event()

    def slow(asked: Asked) -> Reply:
        released.wait(10)
        return reply("late")

    shop.routes["GET /slow"] = slow
    seen = walk({"id": "slow", "request": {"path": "/slow", "timeout": "50ms", "expect": OK}})
    released.set()
    assert seen.check("slow").message == "expected an answer to GET /slow, got no answer within 0.05 s"


def test_our_own_mistakes_are_errored_not_failed(walk: Walk) -> None:
    seen = walk({"id": "endpoint", "request": {"path": "/x", "endpoint": "nowhere", "expect": OK}},
                {"id": "header", "request": {"path": "/x", "headers": {"bad name": "x"}, "expect": OK}})  # fmt: skip
    assert [seen.check(name).outcome for name in ("endpoint", "header")] == ["errored", "errored"]
    assert seen.check("endpoint").message == "the target announces no endpoint 'nowhere'"
    assert seen.receipt().complete is False


def test_a_name_that_nothing_saves_is_refused_before_anything_is_sent(walk: Walk, shop: FakeHttp) -> None:
    with pytest.raises(SuiteError, match=r"step use uses \{thing\}, which no earlier step saves"):
        walk({"id": "use", "request": {"path": "/{thing}", "expect": OK}}, MAKE)
    assert shop.asked == []


def test_a_link_out_of_the_guard_is_refused(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": "http://203.0.113.7/x"}}))
    shop.on("GET /away", reply("", 302, Location="http://203.0.113.7/y"))
    with pytest.raises(Refused, match=r"203\.0\.113\.7"):
        walk(MAKE, {"id": "use", "request": {"path": "{thing_id}", "expect": OK}})
    with pytest.raises(Refused, match=r"203\.0\.113\.7"):
        walk({"id": "away", "request": {"path": "/away", "follow_redirects": True, "expect": OK}})


def test_a_link_inside_the_guard_is_followed(walk: Walk, shop: FakeHttp) -> None:
    shop.on("POST /things", reply({"data": {"id": f"{shop.url}/file?X-Amz-Signature=feedfacefeed"}}))
    shop.on("GET /file?X-Amz-Signature=feedfacefeed", reply(b"%PDF-1.7 \xff\xfe", Content_Type="application/pdf"))
    file = {"path": "{thing_id}", "expect": {"text_starts": "%PDF-", "headers": {"content-type": "application/pdf"}}}
    seen = walk(MAKE, {"id": "file", "request": file})
    assert seen.check("file").outcome == "passed"
    assert "feedface" not in (seen.root / seen.check("file").evidence[0]).read_text()


def test_a_stop_leaves_the_rest_skipped(tmp_path: Path, shop: FakeHttp) -> None:
    context = FakeContext(tmp_path, {"api": shop.url})

    def stop_then_answer(asked: Asked) -> Reply:
        context.stop = "interrupted"
        return reply("x")

    shop.routes["GET /x"] = stop_then_answer
    step = {"path": "/x", "expect": OK}
    SmokeSuite().run(planned("smoke", [{"id": "one", "request": step}, {"id": "two", "request": step}]), context)
    assert [context.check(name).outcome for name in ("one", "two")] == ["passed", "skipped"]
    assert context.receipt().skipped == ["two: the run was stopped: interrupted"]


def test_a_stop_ends_a_long_wait(tmp_path: Path, shop: FakeHttp) -> None:
    context = FakeContext(tmp_path, {"api": shop.url})

    def stop_then_answer(asked: Asked) -> Reply:
        context.stop = "api ended"
        return reply("x", 500)

    shop.routes["GET /x"] = stop_then_answer
    step = {"path": "/x", "expect": OK, "until": {"within": "1h"}}
    SmokeSuite().run(planned("smoke", [{"id": "one", "request": step}]), context)
    assert context.check("one").message == "stopped while waiting: api ended"
    assert context.receipt().seen == 0
