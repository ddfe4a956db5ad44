"""A browser made of httpx and html.parser, which is all that the sign-in page needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import httpx


@dataclass
class Form:
    """One form of a page: where it goes, what it holds, which buttons and labels it has."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    visible: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of a page, and everything that it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        assert "style" not in a, "the policy forbids style attributes"
        if tag in ("script", "img", "link", "iframe"):
            self.loads.append(a.get("src") or a.get("href", ""))
        if tag == "form":
            assert a["method"] == "post"
            self.forms.append(Form(a["action"]))
        if tag == "input":
            self.forms[-1].fields[a["name"]] = a.get("value", "")
            if a.get("type") == "checkbox":
                del self.forms[-1].fields[a["name"]]
            elif a.get("type") != "hidden":
                self.forms[-1].visible.append(a["id"])
        if tag == "label" and "for" in a:
            self.forms[-1].labels.append(a["for"])
        if tag == "button":
            self.forms[-1].buttons.append((a["name"], a["value"]))


def submit(url: str, entries: Mapping[str, str], http: httpx.Client | None = None) -> str:
    """Open the sign-in page, fill in the form that has the wanted button, return where it leads."""
    browser = http or httpx.Client(timeout=20)
    shown = browser.get(url)
    assert shown.status_code == 200, shown.headers.get("location", shown.text)
    button = ("person", entries["person"]) if "person" in entries else ("action", entries.get("action", "continue"))
    (form,) = [form for form in Page(shown.text).forms if button in form.buttons]
    answer = browser.post(str(shown.url.join(form.action)), data={**form.fields, **entries, button[0]: button[1]})
    assert answer.status_code == 303, answer.text
    if http is None:
        browser.close()
    return answer.headers["location"]


def query_of(url: str) -> dict[str, str]:
    """Return the query of ``url``; a parameter that comes twice fails the test."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)
