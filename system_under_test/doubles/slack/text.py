"""Slack's mrkdwn as safe HTML: links, bold, italics, strikes, code. Everything else stays text."""

import re
from html import unescape

from markupsafe import Markup, escape

TOKENS = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<url>https?://[^|>\s]+)(?:\|(?P<label>[^>\n]*))?>"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^~\n]+)~(?!\w)",
    re.DOTALL,
)
FORMS = {
    "block": '<pre class="code">{}</pre>',
    "code": "<code>{}</code>",
    "bold": "<strong>{}</strong>",
    "italic": "<em>{}</em>",
    "strike": "<s>{}</s>",
}
COLOURS = {"good": "#2eb886", "warning": "#daa038", "danger": "#a30200"}
HEX = re.compile(r"#?([0-9A-Fa-f]{6})")


def _plain(text: str) -> Markup:
    # Senders write &lt; &gt; &amp; for the three characters that mean something to Slack.
    return escape(unescape(text))


def mrkdwn(text: str) -> Markup:
    """Return ``text`` as HTML; only the tags made here can be in it."""
    parts: list[Markup] = []
    position = 0
    for token in TOKENS.finditer(text):
        parts.append(_plain(text[position : token.start()]))
        position = token.end()
        if url := token["url"]:
            label = token["label"] or url
            parts.append(Markup('<a href="{}" rel="noreferrer">{}</a>').format(unescape(url), unescape(label)))
        else:
            kind = str(token.lastgroup)
            parts.append(Markup(FORMS[kind]).format(_plain(token[kind])))  # noqa: S704 - forms of this module
    parts.append(_plain(text[position:]))
    return Markup("").join(parts)


def web_address(value: object) -> str:
    """Return ``value`` when it is an http address, else ""; so no ``javascript:`` becomes a link."""
    return value if isinstance(value, str) and re.match(r"https?://", value) else ""


def colour(value: object) -> str:
    """Return an attachment's colour as ``#rrggbb``, Slack's grey when it names none."""
    if isinstance(value, str):
        if value in COLOURS:
            return COLOURS[value]
        if found := HEX.fullmatch(value):
            return f"#{found[1]}"
    return "#dddddd"
