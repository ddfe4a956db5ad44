"""Ports, placeholders, start order, resource readings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import psutil
import pytest
from pydantic import ValidationError

from harness.model.errors import TargetError
from harness.model.system import Service, System
from harness.targets.addresses import Addresses
from harness.targets.placeholders import fill, implied_needs, mentions
from harness.targets.ports import HOST, free_ports, held_by_stranger, port_taken
from harness.targets.resources import ResourceMeter
from harness.targets.start_order import start_order
from tests.targets.fakes.systems import eventually, service, system


def test_free_ports_differ_and_can_be_bound() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with socket.socket() as taken:
        taken.bind((HOST, ports[0]))


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("ERROR:    [Errno 98] error while attempting to bind on address: address already in use", True),
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', True),
        ("Warning: Could not create server TCP listening socket 127.0.0.1:1: bind: Address already in use", True),
        ("Error: listen EADDRINUSE 127.0.0.1:80", True),
        ("OSError: [Errno 48] Address already in use", True),
        ("OSError: [Errno 2] No such file or directory", False),
        ("listening", False),
    ],
)
def test_a_taken_port_is_told_from_other_faults(text: str, taken: bool) -> None:
    assert port_taken(text) is taken


def test_a_stranger_on_the_port_is_told_from_our_own_listener() -> None:
    (unused,) = free_ports(1)
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        assert not held_by_stranger(port, [os.getpid()], "some-tag")
        assert held_by_stranger(port, [1], "some-tag")
    assert not held_by_stranger(unused, [os.getpid()], "some-tag")


def test_placeholders_are_filled_and_other_braces_left_alone() -> None:
    assert fill('{"a": {port}, {} {a b}}', {"port": "80"}, "x") == '{"a": 80, {} {a b}}'
    assert mentions(["{port} {database.url}", "x"]) == {"port", "database.url"}


def test_further_ports_have_numbers_of_their_own_and_names_for_everybody() -> None:
    mail = Service(name="mail", role="double", command=["x"], ports=["smtp"])
    other = Service(name="api", role="application", command=["x"])
    addresses = Addresses(System(name="s", services=[mail, other]))
    own, seen = addresses.values_for(mail), addresses.values_for(other)
    assert own["smtp"] == seen["mail.smtp"] != own["port"]
    assert "smtp" not in seen
    assert len({own["port"], own["smtp"], seen["port"]}) == 3


@pytest.mark.parametrize(("ports", "sentence"), [(["url"], "already stands for"), (["smtp", "smtp"], "twice")])
def test_names_of_further_ports_that_would_hide_others_are_refused(ports: list[str], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Service(name="mail", role="double", command=["x"], ports=ports)


def test_an_unknown_placeholder_is_named_with_the_nearest_right_one() -> None:
    with pytest.raises(TargetError) as failed:
        fill("{database.ulr}", {"database.url": "x", "port": "1"}, "env DB of service api")
    assert failed.value.diagnostics() == (
        "env DB of service api: unknown placeholder {database.ulr}\n  next: did you mean {database.url}?"
    )


def test_needed_services_come_first_also_those_whose_address_is_told() -> None:
    told = service("api", "serve", "--say", "{db.port} {host} {api.url}")
    described = system(told, service("web", needs=["api"]), service("db"))
    assert [s.name for s in start_order(described.services)] == ["db", "api", "web"]
    assert implied_needs(described.services[0], ["api", "web"]) == set()


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ([service("a", needs=["b"]), service("b", needs=["a"])], "in a circle: "),
        ([service("a", needs=["c"])], "service a needs c, which the system does not have"),
        ([service("a"), service("a")], "the same name"),
    ],
)
def test_an_impossible_order_is_refused(services: list[dict[str, object]], said: str) -> None:
    with pytest.raises(TargetError, match=said):
        start_order(system(*services).services)


def test_a_busy_tree_has_cpu_and_memory_and_a_dead_one_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        meter = ResourceMeter()
        try:
            first = meter.read([busy.pid])
            assert first is not None
            assert first[0] is None
            assert first[1] > 0
            eventually(lambda: ((meter.read([busy.pid]) or (0, 0))[0] or 0) > 0, "CPU of a busy process")
        finally:
            busy.kill()
    assert meter.read([busy.pid]) is None


def test_a_listener_that_the_system_does_not_name_is_no_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container without ptrace rights, root is not told who holds the socket of PostgreSQL's own user."""
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        port = server.getsockname()[1]
        seen = [s for s in psutil.net_connections("tcp") if s.laddr and s.laddr[1] == port]
        monkeypatch.setattr(psutil, "net_connections", lambda kind: [s._replace(pid=None) for s in seen])
        assert not held_by_stranger(port, [1], "some-tag")
        monkeypatch.setattr(psutil, "net_connections", lambda kind: [s._replace(pid=os.getppid()) for s in seen])
        assert held_by_stranger(port, [1], "some-tag")
