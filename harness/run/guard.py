"""The guard looks at where a scenario would act, before anything of it runs."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from harness.model.environment import Environment
from harness.model.errors import Refused
from harness.model.scenario import Guard


def check_guard(
    guard: Guard,
    endpoints: Mapping[str, str],
    environment: str,
    namespace: str = "",
    *,
    remote: Environment | None = None,
    suite: str = "",
) -> None:
    """Raises Refused when an address, the environment or the cluster's namespace is outside what the scenario allows.

    Args:
        namespace: empty where there is no cluster.
        remote: the environment that runs already; it says itself which suites may act on it, and at which addresses.
    """
    hosts = guard.hosts
    if remote is not None:
        environment, hosts = remote.name, remote.hosts
        if suite not in remote.suites:
            raise Refused(
                f"suite {suite} may not act on {remote.name}, allowed: {', '.join(remote.suites)}",
                advice=f"select one of them with --suite, or allow it in deploy/environments/{remote.name}.yaml",
            )
    allowed_environment = environment in guard.environments if guard.environments else environment != "production"
    if not allowed_environment:
        names = ", ".join(guard.environments) or "any but production"
        raise Refused(f"the environment is '{environment}', allowed: {names}", advice="use another target")
    if namespace and guard.namespaces and namespace not in guard.namespaces:
        raise Refused(
            f"the system is in namespace '{namespace}', allowed: {', '.join(guard.namespaces)}",
            advice="allow it in the scenario's guard.namespaces if it is meant",
        )
    networks = [ipaddress.ip_network(n, strict=False) for n in hosts]
    for name, url in endpoints.items():
        host = urlsplit(url).hostname
        if host is None:
            continue
        for address in _resolve(host):
            if not any(address in network for network in networks if network.version == address.version):
                raise Refused(
                    f"endpoint {name} is at {address}, allowed: {', '.join(hosts)}",
                    where=f"{urlsplit(url).scheme}://{host}",
                    advice=f"allow the network in {_where_hosts(remote)} if it is meant",
                )


def _where_hosts(remote: Environment | None) -> str:
    return f"hosts of deploy/environments/{remote.name}.yaml" if remote else "the scenario's guard.hosts"


def _resolve(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        return [ipaddress.ip_address(info[4][0]) for info in socket.getaddrinfo(host, None)]
    except OSError as error:
        raise Refused(f"host {host} cannot be resolved: {error}", advice="check the target's endpoints") from error
