"""Takes secrets out of a Playwright trace: it holds every header, every body and every page that was seen."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from suites.evidence.redact import Redactor

_EVENTS = (".trace", ".network", ".stacks")  # a JSON document a line


def redact_trace(path: Path, redactor: Redactor) -> None:
    """Rewrites the trace in place; it has the same entries, and each of them as many lines as before.

    What is learnt on the way stays known to `redactor`, for the other files of the same visitor. Names of resources
    are digests of what they held before: the viewer only finds them by it. Raises zipfile.BadZipFile for no zip.
    """
    with zipfile.ZipFile(path) as trace:
        entries = [(info, trace.read(info)) for info in trace.infolist()]
    for info, raw in entries:  # first to learn: an answer may show what an earlier request carried
        _redact(info.filename, raw, redactor)
    fresh = path.with_suffix(".part")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as trace:
        for info, raw in entries:
            trace.writestr(info.filename, _redact(info.filename, raw, redactor))
    fresh.replace(path)


def _redact(name: str, raw: bytes, redactor: Redactor) -> bytes:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw  # a picture, a font, a PDF
    if name.endswith(_EVENTS):
        return "\n".join(_lines(text, redactor)).encode()
    return redactor.text(text).encode()


def _lines(text: str, redactor: Redactor) -> Iterator[str]:
    for line in text.split("\n"):
        try:
            # escaped, so that half a pair of surrogates, which a page may well contain, can be written
            yield json.dumps(redactor.value(json.loads(line)), separators=(",", ":"))
        except ValueError:
            yield redactor.plain(line)  # the end of the file, or of a trace that was cut
