"""Where a link of a page leads: to another page of the help centre, to a page of the shop, or out of it."""

import posixpath
from urllib.parse import urlsplit

from system_under_test.help.sources import FOLDERS

# Pages of the shop that every visitor may open; a test holds that they are there.
SHOP_PAGES = frozenset(
    {"/", "/templates", "/cart", "/checkout", "/orders", "/account", "/status", "/auth/sign-in", "/help"}
)
# Elsewhere, and only there: what people must be able to read before they agree.
OUTSIDE = frozenset(
    {
        "https://policies.google.com/privacy",
        "https://stripe.com/privacy",
        "https://myaccount.google.com/connections",
        "https://consumer-redress.ec.europa.eu/",
    }
)
_FOLDER_SECTIONS = {folder: section for section, folder in FOLDERS.items()}


def resolve(href: str, section: str, slug: str) -> str | None:
    """Return the address that the shop's page carries; None for one that leads nowhere.

    Pages name one another as files do (``editor.md#holidays``, ``../legal/terms.md``), so that the links also work
    where the sources are read. Whether page and anchor exist is for the caller to see.
    """
    parts = urlsplit(href)
    if parts.scheme == "mailto":
        return href
    if parts.scheme or parts.netloc:
        return href if href in OUTSIDE else None
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    if not parts.path:
        return f"/{section}/{slug}{anchor}" if anchor else None
    if parts.path.startswith("/"):
        return href if parts.path in SHOP_PAGES else None
    file = posixpath.normpath(posixpath.join(FOLDERS[section], parts.path))
    folder, name = posixpath.split(file)
    stem, extension = posixpath.splitext(name)
    if folder not in _FOLDER_SECTIONS or extension != ".md":
        return None
    return f"/{_FOLDER_SECTIONS[folder]}/{stem}{anchor}"


def is_page_of_help(address: str) -> bool:
    """Tell whether an address must be one of the pages that were read."""
    return address.startswith(tuple(f"/{section}/" for section in FOLDERS))
