"""What Docker sends about a container for as long as it is there: its log and its figures.

Read by hand, because the client library never closes the connections of streams that it gives out.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from docker.models.containers import Container

_CONNECT_WITHIN = 60
_HEADER = struct.Struct(">BxxxL")  # which stream, bytes that follow


def log_parts(container: Container) -> Iterator[bytes]:
    """Standard output and error as they come, from the beginning, until the container has ended."""
    with _open(container, "logs", follow=1, stdout=1, stderr=1) as response:
        while len(header := response.raw.read(_HEADER.size)) == _HEADER.size:
            yield response.raw.read(_HEADER.unpack(header)[1])


def stats(container: Container) -> Iterator[dict[str, Any]]:
    """Docker's figures, one message a second, until the container is removed."""
    with _open(container, "stats", stream=1) as response:
        for line in response.iter_lines():
            if line:
                yield json.loads(line)


def _open(container: Container, what: str, **params: int) -> Any:
    api = container.client.api
    url = f"{api.base_url}/v{api.api_version}/containers/{container.id}/{what}"
    response = api.get(url, params=params, stream=True, timeout=(_CONNECT_WITHIN, None))
    response.raise_for_status()
    return response
