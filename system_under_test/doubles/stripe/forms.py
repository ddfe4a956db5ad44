"""Form bodies with brackets, ``line_items[0][price_data][currency]=eur``, as the libraries of Stripe send them."""

import re
from urllib.parse import parse_qsl

from system_under_test.doubles.stripe.errors import invalid

# Lists stay dicts by index: only the reader of a parameter knows whether ``metadata[0]`` is a list or a map.
Tree = dict[str, "str | Tree"]

MAX_FIELDS = 2000
MAX_DEPTH = 12
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode_form(body: bytes | str) -> Tree:
    """Return the nested parameters of an urlencoded ``body``; raises ApiError (400) if it cannot be read."""
    try:
        text = body.decode() if isinstance(body, bytes) else body
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as fault:
        raise invalid("Invalid request body: it must be urlencoded UTF-8 with a moderate number of fields.") from fault
    tree: Tree = {}
    for key, value in pairs:
        _put(tree, key, value)
    return tree


def _split(key: str) -> list[str]:
    match = _KEY.fullmatch(key)
    # A key with stray brackets has no inner structure; it will be refused as an unknown parameter.
    return [key] if match is None else [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


def _put(tree: Tree, key: str, value: str) -> None:
    path = _split(key)
    if len(path) > MAX_DEPTH:
        raise invalid(f"Invalid request: {path[0]} is nested too deeply.", param=path[0])
    here = tree
    for place, part in enumerate(path[:-1]):
        below = here.setdefault(_index(here, part, path[place + 1 :]), {})
        if isinstance(below, str):
            raise invalid(f"Invalid request: {path[0]} is given as a value and as an object.", param=path[0])
        here = below
    last = _index(here, path[-1], [])
    if isinstance(here.get(last), dict):
        raise invalid(f"Invalid request: {path[0]} is given as a value and as an object.", param=path[0])
    here[last] = value


def _index(here: Tree, part: str, rest: list[str]) -> str:
    """Return the name under which ``part`` is kept: ``[]`` appends, unless the last element still lacks ``rest``."""
    if part:
        return part
    if rest and rest[0] and here:
        newest = str(len(here) - 1)
        element = here.get(newest)
        if isinstance(element, dict) and rest[0] not in element:
            return newest
    number = len(here)
    while str(number) in here:
        number += 1
    return str(number)
