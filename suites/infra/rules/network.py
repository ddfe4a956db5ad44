"""Who may talk to whom (T1.6): nothing, then what is named."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from suites.infra.objects import NAME_LABEL, Breach, Objects, Part, labels_of, selects
from suites.infra.required import APPLICATIONS, SHOP
from suites.infra.rules.base import rule, whole_place

# Inside a company and a cloud: other machines, other pods, the address that hands out the cloud's credentials.
PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")))
DNS, POSTGRES = 53, 5432
_NAMED = 16  # a block of this prefix length or longer is a place, a shorter one is "everything in here"


def _policies(objects: Objects) -> list[Part]:
    return objects.of("NetworkPolicy")


def _rules(direction: str) -> Any:
    return lambda objects: [rule for policy in _policies(objects) for rule in policy.each(f"spec.{direction}")]


@rule("network.default-deny", "what no policy names is blocked, in both directions", "T1.6", over=whole_place)
def default_deny(place: Part, objects: Objects) -> Iterator[Breach]:
    """One policy that takes every pod and allows nothing."""
    for direction in ("Ingress", "Egress"):
        denies = [
            policy
            for policy in _policies(objects)
            if not policy.get("spec.podSelector")
            and direction in policy.get("spec.policyTypes", ())
            and not policy.get(f"spec.{direction.lower()}")
        ]
        yield from place.unless(bool(denies), f"no NetworkPolicy denies all {direction.lower()} of all pods")


@rule("network.egress-named", "what may be reached from a pod is named, with its port", "T1.6", over=_rules("egress"))
def egress_named(one: Part, _objects: Objects) -> Iterator[Breach]:
    """An external service has no fixed address: any public one, but no private network beside it."""
    yield from one.unless(bool(one.get("to")), "allows every destination", "to")
    yield from one.unless(bool(one.get("ports")), "allows every port", "ports")
    for peer in one.each("to"):
        yield from _peer(peer)
        block = peer.get("ipBlock")
        if block:
            open_ones = [str(net) for net in PRIVATE if _allowed(block, net)]
            yield from peer.unless(not open_ones, f"includes {', '.join(open_ones)}", "ipBlock")


@rule("network.ingress-named", "who may reach a pod is named, with the port", "T1.6", over=_rules("ingress"))
def ingress_named(one: Part, _objects: Objects) -> Iterator[Breach]:
    """An address block may be wide: that is the world outside the cluster."""
    yield from one.unless(bool(one.get("from")), "allows every origin", "from")
    yield from one.unless(bool(one.get("ports")), "allows every port", "ports")
    for peer in one.each("from"):
        yield from _peer(peer)


def _peer(peer: Part) -> Iterator[Breach]:
    """An empty selector takes everything."""
    namespaces, pods = peer.value.get("namespaceSelector"), peer.value.get("podSelector")
    yield from peer.unless(namespaces != {}, "names every namespace", "namespaceSelector")
    yield from peer.unless(pods != {} or bool(namespaces), "names every pod", "podSelector")


def _allowed(block: Mapping[str, Any], network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Whether any of `network` is inside the block and not excepted."""
    allowed = ipaddress.ip_network(block["cidr"])
    if allowed.version != network.version or not allowed.overlaps(network):
        return False
    if allowed.prefixlen >= _NAMED:
        return False  # somebody wrote down where the database is
    excepted = [ipaddress.ip_network(one) for one in block.get("except", ())]
    inside = network if network.prefixlen >= allowed.prefixlen else allowed
    return not any(inside.subnet_of(one) for one in excepted)  # type: ignore[arg-type]


@rule("network.needs", "each process of the shop may reach DNS and the database", "T1.6",
      over=lambda o: o.templates(SHOP))  # fmt: skip
def needs(template: Part, objects: Objects) -> Iterator[Breach]:
    """A policy that is too tight stops the shop as surely as one that is missing opens it."""
    labels = labels_of(template)
    ports = {
        port.get("port")
        for policy in _policies(objects)
        if selects(policy.get("spec.podSelector"), labels)
        for one in policy.each("spec.egress")
        for port in one.get("ports", ())
    }
    for port, name in ((DNS, "DNS"), (POSTGRES, "the database")):
        yield from template.unless(port in ports, f"no policy lets {labels.get(NAME_LABEL)} reach {name} (port {port})")


@rule("network.database", "only the shop's own pods of the same namespace reach the database", "T1.6",
      over=lambda o: o.templates(["database"]), everywhere=False)  # fmt: skip
def database(template: Part, objects: Objects) -> Iterator[Breach]:
    """Where the database is a pod; elsewhere it is outside the cluster."""
    allowing = [
        peer
        for policy in _policies(objects)
        if selects(policy.get("spec.podSelector"), labels_of(template))
        for one in policy.each("spec.ingress")
        for peer in (one.each("from") if one.get("from") else [one])
    ]
    yield from template.unless(bool(allowing), "no policy lets anybody reach it")
    for peer in allowing:
        selector = peer.get("podSelector")
        named = selector is not None and not any(k in peer.value for k in ("namespaceSelector", "ipBlock"))
        others = {"google", "stripe", "mail", "storage", "queue", "stranger"}
        taken = sorted(name for name in others if named and selects(selector, {NAME_LABEL: name}))
        yield from peer.unless(named and not taken, f"lets {', '.join(taken) or 'more than pods beside it'} in")


@rule("network.services", "every Service leads to pods, on a port that they have", over=lambda o: o.of("Service"))
def services(service: Part, objects: Objects) -> Iterator[Breach]:
    """A label mistyped here is an outage that no other object shows."""
    selector = service.get("spec.selector")
    if not selector and service.name not in APPLICATIONS:
        return  # without a selector on purpose: it leads nowhere, or its endpoints are made by hand
    targets = [t for t in objects.templates() if selector and selects({"matchLabels": selector}, labels_of(t))]
    external = service.get("spec.type") == "ExternalName"
    yield from service.unless(bool(targets) or external, "selects no pod", "spec.selector")
    open_ports = {
        value for t in targets for c in t.each("spec.containers") for p in c.get("ports", ())
        for value in (p.get("name"), p.get("containerPort"))
    }  # fmt: skip
    for port in service.each("spec.ports") if targets else ():
        target = port.get("targetPort", port.get("port"))
        yield from port.unless(target in open_ports, f"no container has port {target}", "targetPort")


RULES = (default_deny, egress_named, ingress_named, needs, database, services)
