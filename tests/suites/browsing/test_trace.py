"""No secret stays in a trace, and the trace stays one that Playwright's viewer can open."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from suites.browsing.trace import redact_trace
from suites.evidence.redact import HIDDEN, Redactor

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhY2NvdW50In0.c2lnbmF0dXJlLW9mLWl0"
SECRETS = {
    "cookie": "guest-cookie-0123456789",
    "cookie that changed": "second-cookie-0123456789",
    "jwt": JWT,
    "opaque bearer": "opaque-bearer-4711",
    "refresh": "refresh-value-4712",
    "signature": "5f2d0c9a8b7e",
    "authorization code": "code-of-the-sign-in-4713",
    "stored": "aB3dEfGh1jKlMn0pQrStUvWxYz",
}
NETWORK = [
    {"type": "resource-snapshot", "snapshot": {"request": {
        "url": f"https://shop/cb?code={SECRETS['authorization code']}&state=short",
        "headers": [{"name": "Cookie", "value": f"vc={SECRETS['cookie']}; lang=en"},
                    {"name": "authorization", "value": f"Bearer {SECRETS['opaque bearer']}"}],
        "cookies": [{"name": "vc", "value": SECRETS["cookie"]}],
        "queryString": [{"name": "signature", "value": SECRETS["signature"]}]},
        "response": {"headers": [{"name": "Set-Cookie", "value": f"vc={SECRETS['cookie that changed']}; Path=/"}],
                     "content": {"_sha1": "0123456789abcdef.json"}}}},
    {"type": "resource-snapshot", "snapshot": {"request": {"url": "https://shop/plain", "headers": []}}},
]  # fmt: skip
TRACE = [
    {"type": "context-options", "title": "\ud800 half a pair"},
    {"type": "after", "result": {"origins": [{"localStorage": [{"name": "vc.access", "value": JWT}]}]}},
    {"type": "frame-snapshot", "snapshot": {"html": ["A", {"href": f"/f?expires=1&signature={SECRETS['signature']}"}]}},
    {"type": "console", "text": f"signed in with {SECRETS['opaque bearer']} and {SECRETS['stored']}"},
]
BODY = json.dumps({"data": {"refreshToken": SECRETS["refresh"], "title": "Grandma turns 80"}})
PICTURE = b"\xff\xd8\xff\xe0 jpeg " + bytes(range(128, 256))


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "guest-trace.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("trace.network", "\n".join(json.dumps(line) for line in NETWORK) + "\n")
        file.writestr("trace.trace", "\n".join(json.dumps(line) for line in TRACE) + "\n")
        file.writestr("resources/0123456789abcdef.json", BODY)
        file.writestr("resources/page.html", f"<a href='/f?expires=1&amp;signature={SECRETS['signature']}'>PDF</a>")
        file.writestr("resources/shot.jpeg", PICTURE)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture
def redacted(trace: Path) -> dict[str, bytes]:
    redactor = Redactor()
    redactor.learn_entry("draft", SECRETS["stored"])  # what the browser still stores at the end
    redact_trace(trace, redactor)
    return parts(trace)


@pytest.mark.parametrize("what", SECRETS)
def test_no_secret_is_left(redacted: dict[str, bytes], what: str) -> None:
    assert not [name for name, raw in redacted.items() if SECRETS[what].encode() in raw]


def test_it_is_the_same_trace_otherwise(trace: Path, redacted: dict[str, bytes]) -> None:
    assert list(redacted) == [
        "trace.network", "trace.trace", "resources/0123456789abcdef.json", "resources/page.html", "resources/shot.jpeg",
    ]  # fmt: skip
    assert redacted["resources/shot.jpeg"] == PICTURE
    network = [json.loads(line) for line in redacted["trace.network"].decode().splitlines()]
    events = [json.loads(line) for line in redacted["trace.trace"].decode().splitlines()]
    assert (len(network), len(events)) == (len(NETWORK), len(TRACE))
    assert network[1] == NETWORK[1]
    assert network[0]["snapshot"]["response"]["content"] == {"_sha1": "0123456789abcdef.json"}
    assert network[0]["snapshot"]["request"]["url"].endswith("&state=short")
    assert network[0]["snapshot"]["request"]["headers"][0] == {"name": "Cookie", "value": f"vc={HIDDEN}; lang={HIDDEN}"}
    assert events[0] == TRACE[0]
    assert json.loads(redacted["resources/0123456789abcdef.json"])["data"]["title"] == "Grandma turns 80"
    assert not list(trace.parent.glob("*.part"))


def test_what_is_no_json_is_searched_too(tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("trace.trace", f'{{"type":"console","text":"{JWT}')
    redact_trace(path, Redactor())
    assert parts(path)["trace.trace"].decode() == '{"type":"console","text":"' + HIDDEN
