"""Money: whole cents of one currency, tax included."""

CURRENCY = "EUR"
TAX_PERCENT = 19


def tax_within(total_cents: int) -> int:
    """Return the part of ``total_cents`` that is tax, in whole cents, half a cent rounded up."""
    divisor = 100 + TAX_PERCENT
    return (2 * total_cents * TAX_PERCENT + divisor) // (2 * divisor)
