"""Where a person goes after signing in: a path of this shop, never an address elsewhere."""

import re
from urllib.parse import unquote, urlsplit

HOME = "/"
# Printable ASCII without space and backslash: browsers read "\\" as "/" and drop tabs and line breaks.
_PATH = re.compile(r"\A/[!-\[\]-~]{0,500}\Z")
_DECODINGS = 3
# Leading back there would go round in circles.
_CIRCLES = ("/auth/", "/signed-in")


def local_path(value: str | None, default: str = HOME) -> str:
    """Return ``value`` when it is a path of this shop, else ``default``.

    Also refused: paths that become an address elsewhere once something on the way decodes them.
    """
    if not value or not _PATH.match(value):
        return default
    decoded = value
    for _ in range(_DECODINGS):
        if decoded[1:2] in ("/", "\\") or any(c < " " or c == "\\" for c in decoded.partition("?")[0]):
            return default
        decoded = unquote(decoded)
    if decoded[1:2] in ("/", "\\") or decoded.startswith(_CIRCLES):
        return default
    return value


def path_of_referrer(referrer: str | None, host: str | None) -> str:
    """Return the page from which the person came when it was one of this shop, else the home page."""
    parts = urlsplit(referrer or "")
    if not host or parts.netloc != host:
        return HOME
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))
