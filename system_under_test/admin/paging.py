"""Opaque cursors: where a page ended, in a form that clients only hand back."""

import base64
import binascii
import re
import uuid
from datetime import UTC, datetime, timedelta

from system_under_test.errors import bad_input

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(r"\Ao:([0-9]{1,17}):([0-9a-f]{32})\Z")
_NUMBER = re.compile(r"\An:([0-9]{1,18})\Z")
_LONGEST = 100


def _pack(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpack(cursor: str, form: re.Pattern[str]) -> re.Match[str]:
    try:
        if len(cursor) > _LONGEST or not cursor.isascii():
            raise ValueError
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        match = form.match(text)
    except (ValueError, binascii.Error):
        match = None
    if match is None:
        raise bad_input("That page does not exist. Please start again from the first page.")
    return match


def moment_cursor(at: datetime, key: uuid.UUID) -> str:
    """Return the cursor behind a row that is ordered by time and id."""
    return _pack(f"o:{(at - _EPOCH) // timedelta(microseconds=1)}:{key.hex}")


def read_moment(cursor: str) -> tuple[datetime, uuid.UUID]:
    """Return time and id of a cursor; raises BAD_INPUT."""
    match = _unpack(cursor, _MOMENT)
    return _EPOCH + timedelta(microseconds=int(match[1])), uuid.UUID(hex=match[2])


def number_cursor(number: int) -> str:
    """Return the cursor behind a row that is ordered by number."""
    return _pack(f"n:{number}")


def read_number(cursor: str) -> int:
    """Return the number of a cursor; raises BAD_INPUT."""
    return int(_unpack(cursor, _NUMBER)[1])
