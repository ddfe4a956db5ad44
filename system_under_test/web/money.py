"""Amounts of money as people read them; the browser's twin is ``static/ordering/format.js``."""

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def money(cents: int, currency: str) -> str:
    """Return ``cents`` of an ISO 4217 ``currency`` with two decimals: 123450, "EUR" becomes €1,234.50."""
    sign = _SIGNS.get(currency, f"{currency}\u00a0")
    return f"{'-' if cents < 0 else ''}{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
