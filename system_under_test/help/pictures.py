"""Pictures of the help centre: served from memory, with the size that the page must keep free for them."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from system_under_test.help.errors import HelpError

FOLDER = "help-center/pictures"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG file; ``width`` and ``height`` in its own pixels, ``version`` changes with its bytes."""

    name: str
    data: bytes
    width: int
    height: int
    version: str

    @property
    def address(self) -> str:
        """Where the shop serves it; cacheable for ever."""
        return f"/help/pictures/{self.name}?v={self.version}"


def read_pictures(docs: Path) -> dict[str, Picture]:
    """Return every picture by its name; raises HelpError for a file that is no PNG."""
    found = {}
    for path in sorted((docs / FOLDER).glob("*.png")):
        data = path.read_bytes()
        if data[:8] != _SIGNATURE or data[12:16] != b"IHDR":
            raise HelpError(f"{docs.name}/{FOLDER}/{path.name}", 1, "this file is no PNG.")
        width, height = struct.unpack(">II", data[16:24])
        found[path.name] = Picture(path.name, data, width, height, hashlib.sha256(data).hexdigest()[:12])
    return found
