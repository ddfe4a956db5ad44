"""Lists of the API: newest first, with cursors, a time filter and expanded members."""

import copy
from collections.abc import Callable

from system_under_test.doubles.stripe.errors import invalid, no_such
from system_under_test.doubles.stripe.parameters import Params
from system_under_test.doubles.stripe.state import Checkout, State
from system_under_test.doubles.stripe.values import Obj

DEFAULT_LIMIT, MAX_LIMIT = 10, 100


def page_of(objects: list[Obj], params: Params, url: str, kind: str) -> Obj:
    """Return one page of ``objects``, which are given in the order of the list."""
    limit = params.integer("limit", minimum=1) or DEFAULT_LIMIT
    if limit > MAX_LIMIT:
        sentence = f"This value must be less than or equal to {MAX_LIMIT}."
        raise invalid(sentence, code="parameter_invalid_integer", param="limit")
    after, before = params.text("starting_after"), params.text("ending_before")
    if after is not None and before is not None:
        raise invalid("You cannot parameterize both starting_after and ending_before.", param="ending_before")
    if before is not None:
        newer = objects[: _place(objects, before, "ending_before", kind)]
        shown, more = newer[-limit:], len(newer) > limit
    else:
        rest = objects if after is None else objects[_place(objects, after, "starting_after", kind) + 1 :]
        shown, more = rest[:limit], len(rest) > limit
    return {"object": "list", "data": copy.deepcopy(shown), "has_more": more, "url": url}


def newest_first(objects: dict[str, Obj], params: Params, **wanted: str | None) -> list[Obj]:
    """Return the objects that have the ``wanted`` members (None: any) and fit the parameter ``created``."""
    fits = created_filter(params)
    return [
        found
        for found in reversed(objects.values())
        if fits(found["created"]) and all(value is None or found.get(key) == value for key, value in wanted.items())
    ]


def created_filter(params: Params) -> Callable[[int], bool]:
    """Return the test that ``created`` asks for: a second, or bounds by gt, gte, lt, lte."""
    if not params.has("created"):
        return lambda _: True
    if params.is_text("created"):
        exact = params.integer("created")
        return lambda second: second == exact
    bounds = params.child("created")
    if bounds is None:
        raise AssertionError("created is there")
    above, least = bounds.integer("gt"), bounds.integer("gte")
    below, most = bounds.integer("lt"), bounds.integer("lte")
    return lambda second: (
        (above is None or second > above)
        and (least is None or second >= least)
        and (below is None or second < below)
        and (most is None or second <= most)
    )


def _place(objects: list[Obj], identifier: str, param: str, kind: str) -> int:
    for place, found in enumerate(objects):
        if found["id"] == identifier:
            return place
    raise no_such(kind, identifier, param, status=400)


def expand(answer: Obj, paths: list[str], state: State) -> Obj:
    """Return a copy of ``answer`` with the members that ``paths`` name replaced by whole objects."""
    expanded = copy.deepcopy(answer)
    for path in paths:
        targets = expanded["data"] if path.startswith("data.") and answer["object"] == "list" else [expanded]
        for target in targets:
            _expand(target, path.removeprefix("data."), path, state)
    return expanded


def _expand(target: Obj, path: str, whole: str, state: State) -> None:
    key, _, rest = path.partition(".")
    if key == "line_items" and target["object"] == "checkout.session":
        target[key] = items_of(state.checkouts[target["id"]], Params({}))
    elif key not in {"payment_intent", "latest_charge", "charge"} or key not in target:
        raise invalid(f"This property cannot be expanded ({whole}).", param="expand")
    value = target[key]
    if isinstance(value, str):
        store = state.intents if key == "payment_intent" else state.charges
        value = target[key] = copy.deepcopy(store[value])
    if rest and isinstance(value, dict):
        _expand(value, rest, whole, state)


def items_of(checkout: Checkout, params: Params) -> Obj:
    """Return a page of the line items of a session, in their order."""
    return page_of(checkout.items, params, f"/v1/checkout/sessions/{checkout.session['id']}/line_items", "item")
