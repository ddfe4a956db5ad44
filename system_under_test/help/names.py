"""Names that are on the screen, as the guides write them: ``[Save event]{.button at=editor}``.

Where they are and what to do with them is for the harness, which holds them against the running shop. A reader sees
the name alone, in the look of its kind.
"""

from collections.abc import Iterator

from markdown_it.token import Token

ROLES = ("button", "link", "field", "select", "option", "checkbox", "radio", "tab", "heading", "text")
# A figure that no part of the shop knows; ``reason`` says why it is typed.
TYPED = "typed"
_ATTRIBUTES = {"class", "at", "fill", "choose", "do"}
_LINE_ENDS = ("softbreak", "hardbreak")
_OWN = {"link_open": {"href"}, "image": {"src", "alt"}}


def with_lines(tokens: list[Token], first: int) -> Iterator[tuple[int, Token]]:
    """Yield each token within a line of text, with its line; ``first`` is the line of the first one."""
    line = first
    for token in tokens:
        yield line, token
        line += token.type in _LINE_ENDS


def dress(token: Token) -> str | None:
    """Turn the beginning of a name into what the page shows; return what is wrong with it, or None."""
    if token.type != "span_open":
        return _only_own(token)
    role, attributes = str(token.attrs.get("class", "")), set(token.attrs)
    if role == TYPED:
        token.attrs = {}
        return None if attributes == {"class", "reason"} else "a typed figure needs “reason”, and nothing else."
    if role not in ROLES:
        known = ", ".join(f".{name}" for name in ROLES)
        return (
            f"“.{role}” is no kind of name; there are {known}." if role else f"a name needs its kind: one of {known}."
        )
    if not token.attrs.get("at"):
        return "a name needs the place where it is: at=…"
    if unknown := sorted(attributes - _ATTRIBUTES):
        return f"a name has no “{unknown[0]}”; there are at, fill, choose and do."
    token.tag, token.attrs = "b", {"class": f"ui ui-{role}"}
    return None


def close(tokens: list[Token]) -> None:
    """Give the ends of names the tag of their beginnings."""
    opened: list[str] = []
    for token in tokens:
        if token.type == "span_open":
            opened.append(token.tag)
        elif token.type == "span_close":
            token.tag = opened.pop()


def _only_own(token: Token) -> str | None:
    if "[" in token.content and token.type == "text":
        return "brackets without a kind or an address: write [name]{.button at=…} or [words](address)."
    if (token.type not in _OWN and token.attrs) or set(token.attrs) - _OWN.get(token.type, set()):
        return "only names take what stands in braces."
    return None
