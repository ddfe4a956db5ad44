"""Reading decoded parameters with the checks, messages and codes of Stripe."""

import re
from collections.abc import Collection

from system_under_test.doubles.stripe.errors import invalid
from system_under_test.doubles.stripe.forms import Tree

MAX_TEXT = 5000
MAX_METADATA = 50


class Params:
    """One level of a request's parameters. What nobody has read when `finish` is called is unknown."""

    def __init__(self, tree: Tree, path: str = "") -> None:
        self.path = path
        self._tree = tree
        self._read: set[str] = set()
        self._below: list[Params] = []

    def name(self, key: str) -> str:
        """Return ``key`` as it is written in a form: ``line_items[0][quantity]``."""
        return f"{self.path}[{key}]" if self.path else key

    def _take(self, key: str) -> "str | Tree | None":
        self._read.add(key)
        return self._tree.get(key)

    def has(self, key: str) -> bool:
        """Tell whether ``key`` was sent, without counting it as read."""
        return key in self._tree

    def is_text(self, key: str) -> bool:
        """Tell whether ``key`` was sent as a plain value, without counting it as read."""
        return isinstance(self._tree.get(key), str)

    def text(self, key: str, *, maximum: int = MAX_TEXT) -> str | None:
        """Return a text, or None if it was not sent."""
        value = self._take(key)
        name = self.name(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise invalid("Invalid string: an object was given.", param=name)
        if value == "":
            raise invalid(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
                f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a "
                "non-empty value.",
                code="parameter_invalid_empty",
                param=name,
            )
        if len(value) > maximum:
            raise invalid(
                f"Invalid string: must be at most {maximum} characters.", code="parameter_invalid_string", param=name
            )
        return value

    def required_text(self, key: str, *, maximum: int = MAX_TEXT) -> str:
        """Return a text that must be there."""
        value = self.text(key, maximum=maximum)
        if value is None:
            raise self.missing(key)
        return value

    def missing(self, key: str) -> Exception:
        """Return the error for a parameter that must be sent."""
        name = self.name(key)
        return invalid(f"Missing required param: {name}.", code="parameter_missing", param=name)

    def integer(self, key: str, *, minimum: int | None = None) -> int | None:
        """Return a whole number of at least ``minimum``, or None if it was not sent."""
        value = self.text(key, maximum=40)
        if value is None:
            return None
        name = self.name(key)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
            raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        number = int(value)
        if minimum is not None and number < minimum:
            sentence = f"This value must be greater than or equal to {minimum}."
            raise invalid(sentence, code="parameter_invalid_integer", param=name)
        return number

    def choice(self, key: str, allowed: Collection[str]) -> str | None:
        """Return one of ``allowed``, or None if it was not sent."""
        value = self.text(key)
        if value is not None and value not in allowed:
            *most, last = allowed
            listed = f"{', '.join(most)}, or {last}" if most else last
            raise invalid(f"Invalid {self.name(key)}: must be one of {listed}", param=self.name(key))
        return value

    def child(self, key: str) -> "Params | None":
        """Return the parameters below ``key``, or None if it was not sent."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, str):
            raise invalid("Invalid object", param=self.name(key))
        below = Params(value, self.name(key))
        self._below.append(below)
        return below

    def children(self, key: str) -> "list[Params]":
        """Return the elements of a list of objects, in order; empty if it was not sent."""
        below = self.child(key)
        if below is None:
            return []
        found = [below.child(index) for index in below._indexes()]
        return [element for element in found if element is not None]

    def texts(self, key: str) -> list[str]:
        """Return the elements of a list of texts, in order; empty if it was not sent."""
        below = self.child(key)
        if below is None:
            return []
        return [below.required_text(index) for index in below._indexes()]

    def _indexes(self) -> list[str]:
        if not all(re.fullmatch(r"[0-9]{1,6}", key) for key in self._tree):
            raise invalid("Invalid array", param=self.path)
        return sorted(self._tree, key=int)

    def metadata(self, key: str = "metadata") -> dict[str, str]:
        """Return a map of texts: at most 50 keys of 40 characters with values of 500."""
        below = self.child(key)
        if below is None:
            return {}
        if len(below._tree) > MAX_METADATA:
            raise invalid(f"Metadata may hold at most {MAX_METADATA} keys.", param=self.name(key))
        for name in below._tree:
            if len(name) > 40:
                raise invalid("Metadata keys can have up to 40 characters.", param=below.name(name))
        return {name: below.required_text(name, maximum=500) for name in below._tree}

    def finish(self, known_elsewhere: Collection[str] = ()) -> None:
        """Refuse what was not read; ``known_elsewhere`` are parameters of Stripe that the double lacks."""
        unread = [key for key in self._tree if key not in self._read]
        for key in unread:
            if not self.path and key in known_elsewhere:
                raise invalid(f"Stripe knows the parameter {key}, but this double does not implement it.", param=key)
        if unread:
            names = [self.name(key) for key in unread]
            plural = "s" if len(names) > 1 else ""
            listed = ", ".join(names)
            raise invalid(f"Received unknown parameter{plural}: {listed}", code="parameter_unknown", param=names[0])
        for below in self._below:
            below.finish()
