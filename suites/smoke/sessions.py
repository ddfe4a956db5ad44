"""HTTP clients, one per named session, that stay inside the guard."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from harness.model.errors import Refused
from suites.smoke.answer import Answer
from suites.smoke.params import Request

if TYPE_CHECKING:
    import httpx


class Unanswered(Exception):
    """The shop gave no answer: refused, timed out, broke off. The text says which."""


class Sessions:
    """Every session has a cookie jar of its own, as two browsers would.

    Args:
        endpoints: name → URL, as the target announced them.
        networks: where a link or a redirect may lead besides the endpoints' own hosts, in CIDR form.
    """

    def __init__(self, endpoints: Mapping[str, str], networks: Sequence[str]) -> None:
        self._endpoints = endpoints
        self._networks = [ipaddress.ip_network(network) for network in networks]
        self._clients: dict[str, httpx.Client] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for client in self._clients.values():
            client.close()

    def build(self, step: Request) -> httpx.Request:
        """The request as it will go out. Raises KeyError for an endpoint that the target does not announce."""
        url = step.path
        if url.startswith("/"):
            url = self._endpoints[step.endpoint].rstrip("/") + url
        body: dict[str, Any] = {"content": step.body}
        if step.json_ is not None:
            body = {"json": step.json_}
        elif step.form is not None:
            body = {"data": step.form}
        return self._client(step.session).build_request(
            step.method, url, headers=step.headers, timeout=step.timeout, **body
        )

    def send(self, step: Request, request: httpx.Request) -> Answer:
        """Sends it. Raises Unanswered when no whole answer came, Refused when it would leave the guard."""
        import httpx

        began = time.perf_counter()
        try:
            got = self._client(step.session).send(request, follow_redirects=step.follow_redirects)
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol):
            raise  # ours, not the shop's
        except httpx.TimeoutException as error:
            raise Unanswered(f"no answer within {step.timeout:g} s") from error
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as error:
            raise Unanswered(f"no answer ({error or type(error).__name__})") from error
        seconds = time.perf_counter() - began
        return Answer(got.status_code, tuple(got.headers.multi_items()), got.content, seconds)

    def cookie_values(self) -> list[str]:
        """The value of every cookie held, to be kept out of evidence."""
        return [cookie.value for client in self._clients.values() for cookie in client.cookies.jar if cookie.value]

    def _client(self, name: str) -> httpx.Client:
        import httpx

        if name not in self._clients:
            # trust_env: a proxy of the caller's environment would answer instead of the shop
            self._clients[name] = httpx.Client(trust_env=False, event_hooks={"request": [self._stay_inside]})
        return self._clients[name]

    def _stay_inside(self, request: httpx.Request) -> None:
        """Called for every request and every redirect: a saved link may lead anywhere."""
        import httpx

        host = request.url.host
        if host in {httpx.URL(url).host for url in self._endpoints.values()} or self._in_networks(host):
            return
        raise Refused(
            f"the shop sent the smoke test to {host}, which the guard does not allow",
            where=str(request.url.copy_with(query=None)),
            advice="add its network to guard.hosts of the scenario if it belongs to the system under test",
        )

    def _in_networks(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
