"""Money: whole cents of one currency, tax included, and how people read it (in the browser: ordering/format.js)."""

CURRENCY = "EUR"
TAX_PERCENT = 19
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def tax_within(total_cents: int) -> int:
    """Return the part of ``total_cents`` that is tax, in whole cents, half a cent rounded up."""
    divisor = 100 + TAX_PERCENT
    return (2 * total_cents * TAX_PERCENT + divisor) // (2 * divisor)


def money(cents: int, currency: str) -> str:
    """Return ``cents`` of an ISO 4217 ``currency`` with two decimals: 123450, "EUR" becomes €1,234.50."""
    sign = _SIGNS.get(currency, f"{currency}\u00a0")
    return f"{'-' if cents < 0 else ''}{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
