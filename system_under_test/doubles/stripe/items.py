"""Line items of a Checkout Session, with prices given inline in whole cents."""

from system_under_test.doubles.stripe.errors import invalid, no_such
from system_under_test.doubles.stripe.parameters import Params
from system_under_test.doubles.stripe.values import CURRENCIES, Obj, new_id

MAX_ITEMS = 100


def read_line_items(params: Params, now: int) -> list[Obj]:
    """Return the line items of a new session, all in one currency; raises ApiError for the first wrong one."""
    listed = params.children("line_items")
    if not listed:
        raise params.missing("line_items")
    if len(listed) > MAX_ITEMS:
        raise invalid(f"Checkout Sessions can have up to {MAX_ITEMS} line items.", param="line_items")
    items = [_line_item(item, now) for item in listed]
    if len({item["currency"] for item in items}) > 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    return items


def _line_item(item: Params, now: int) -> Obj:
    price_data = item.child("price_data")
    if price_data is None:
        price = item.text("price")
        if price is None:
            raise item.missing("price_data")
        # The double keeps no catalogue, hence no stored price exists.
        raise no_such("price", price, item.name("price"), status=400)
    currency = price_data.required_text("currency").lower()
    if currency not in CURRENCIES:
        listed = ", ".join(sorted(CURRENCIES))
        name = price_data.name("currency")
        raise invalid(f"Invalid currency: {currency}. This double supports these currencies: {listed}", param=name)
    unit = price_data.integer("unit_amount", minimum=0)
    if unit is None:
        raise price_data.missing("unit_amount")
    product = price_data.child("product_data")
    if product is None:
        raise price_data.missing("product_data")
    name = product.required_text("name")
    product.text("description")
    product.texts("images")
    product.metadata()
    quantity = item.integer("quantity", minimum=1)
    if quantity is None:
        # Stripe insists on it in payment mode.
        raise item.missing("quantity")
    total = unit * quantity
    return {
        "id": new_id("li_"), "object": "item", "adjustable_quantity": None, "amount_discount": 0,
        "amount_subtotal": total, "amount_tax": 0, "amount_total": total, "currency": currency,
        "description": name, "metadata": item.metadata(), "quantity": quantity,
        "price": {
            "id": new_id("price_"), "object": "price", "active": False, "billing_scheme": "per_unit",
            "created": now, "currency": currency, "custom_unit_amount": None, "livemode": False,
            "lookup_key": None, "metadata": {}, "nickname": None, "product": new_id("prod_", 14), "recurring": None,
            "tax_behavior": price_data.choice("tax_behavior", ("exclusive", "inclusive", "unspecified"))
            or "unspecified",
            "tiers_mode": None, "transform_quantity": None, "type": "one_time", "unit_amount": unit,
            "unit_amount_decimal": str(unit),
        },
    }  # fmt: skip
