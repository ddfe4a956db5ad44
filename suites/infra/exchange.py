"""One HTTP exchange: filled in, sent, its answer held against what is expected."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from suites.infra.params import Exchange

if TYPE_CHECKING:
    import httpx

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PIECES = 4  # of a body that is sent slowly


def perform(
    client: httpx.Client, base: str, exchange: Exchange, saved: MutableMapping[str, Any], timeout: float
) -> str:
    """Sends it and saves what it is to save. Returns why the answer is no good; empty when it is good.

    Args:
        base: URL of the endpoint, without a slash at its end.
        saved: values for {name}; what the answer gives is added.
        timeout: seconds for each wait (to connect, to read).
    """
    import httpx

    try:
        path = str(fill(exchange.path, saved))
        body = fill({"query": "", **exchange.body()} if exchange.graphql else exchange.body(), saved)
        if exchange.graphql:
            body["query"] = exchange.graphql  # its braces are its own
    except KeyError as name:
        return f"nothing was saved as {name}"
    url = base + path if path.startswith("/") else path
    try:
        if exchange.over:
            request = _slow(client, exchange, url, body, timeout)
        else:
            request = client.build_request(exchange.verb, url, json=body, timeout=timeout)
        answer = client.send(request)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}".rstrip(": ")
    return _judge(exchange, answer, saved)


def fill(value: Any, saved: Mapping[str, Any]) -> Any:
    """`{name}` replaced everywhere. A text that is only `{name}` keeps the value's own type. Raises KeyError."""
    if isinstance(value, str):
        whole = _NAME.fullmatch(value)
        return saved[whole[1]] if whole else _NAME.sub(lambda found: str(saved[found[1]]), value)
    if isinstance(value, dict):
        return {key: fill(one, saved) for key, one in value.items()}
    return [fill(one, saved) for one in value] if isinstance(value, list) else value


def _slow(client: httpx.Client, exchange: Exchange, url: str, body: Any, timeout: float) -> httpx.Request:
    """A request that is under way for a while, because its body comes in pieces."""
    raw = json.dumps(body).encode()
    size = -(-len(raw) // _PIECES)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(raw), size):
            if start:
                time.sleep(exchange.over / (_PIECES - 1))
            yield raw[start : start + size]

    headers = {"content-type": "application/json", "content-length": str(len(raw))}
    return client.build_request(exchange.verb, url, content=pieces(), headers=headers, timeout=timeout)


def _judge(exchange: Exchange, answer: httpx.Response, saved: MutableMapping[str, Any]) -> str:
    if answer.status_code != exchange.status:
        return f"status {answer.status_code}"
    if not exchange.graphql and not exchange.save:
        return ""
    try:
        document = answer.json()
    except ValueError:
        return "no JSON"
    if exchange.graphql and document.get("errors"):
        return f"GraphQL: {str(document['errors'][0].get('message'))[:120]}"
    for name, path in exchange.save.items():
        here = document
        for part in path.split("."):
            try:
                here = here[int(part)] if isinstance(here, list) else here[part]
            except (LookupError, TypeError, ValueError):
                return f"no {path} in the answer"
        saved[name] = here
    return ""
