"""The letters that people of the journeys got, as the mail double shows them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from suites.e2e.failure import SetupProblem
from suites.e2e.patience import wait_for

_REACH = 10.0  # seconds


@dataclass(frozen=True)
class Letter:
    """A received letter; `text` is its plain part."""

    subject: str
    recipients: tuple[str, ...]
    text: str


class Mailbox:
    """Reads the mail double. Args: its address, such as `http://127.0.0.1:8025`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def letters_to(self, address: str, subject: str = "") -> list[Letter]:
        """The letters to an address whose subject contains `subject`, newest first.

        Raises SetupProblem when the mailbox does not answer: nothing is said about the shop then.
        """
        asked = urlencode({"to": address, **({"subject": subject} if subject else {})})
        found = self._get(f"/messages?{asked}")["messages"]
        return [self._letter(one["id"]) for one in found]

    def wait_for_letter(self, address: str, subject: str, seconds: float = 60.0) -> list[Letter]:
        """Letters as soon as there is one. Raises AssertionError after `seconds`."""
        expected = f"a letter to {address} about “{subject}”"
        return wait_for(lambda: self.letters_to(address, subject), bool, expected, seconds)

    def _letter(self, number: int) -> Letter:
        one = self._get(f"/messages/{number}")
        return Letter(one["subject"], tuple(one["envelope"]["to"]), one["text"] or "")

    def _get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self._url + path, timeout=_REACH) as answer:  # noqa: S310  the double's address
                return json.load(answer)
        except (OSError, ValueError) as error:
            raise SetupProblem(f"the mailbox at {self._url} does not answer ({error})") from error
