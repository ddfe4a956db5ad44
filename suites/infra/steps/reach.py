"""Step `reach`: network policies as they act. Real connections from inside pods, some of which must not come about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from harness.model.errors import SuiteError
from harness.model.scenario import Guard
from suites.infra.cluster.protocol import Cluster, ClusterError
from suites.infra.emit import Speaker
from suites.infra.params import LISTENER, STRANGER, Attempt, Reach
from suites.infra.required import API
from suites.infra.steps.opening import guard_namespace, namespace_of, pods_of, ready
from suites.infra.stranger import NAMESPACE, Stranger

_AT_ONCE = 4  # connections tried at the same time
# Runs in the pod: one connection, told as JSON. A name that is not found is no blocked connection.
_CONNECT = """
import json, socket, sys
host, port, timeout = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
try:
    address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0][4]
except OSError as error:
    print(json.dumps({"state": "unresolved", "detail": str(error)})); sys.exit()
try:
    socket.create_connection(address, timeout).close()
    print(json.dumps({"state": "open", "detail": address[0]}))
except OSError as error:
    print(json.dumps({"state": "blocked", "detail": f"{address[0]}: {error}"}))
"""


@dataclass(frozen=True)
class Tried:
    """What became of one attempt: `open`, `blocked`, or `unresolved` and `broken`, which say nothing."""

    attempt: Attempt
    state: str
    detail: str


def run_reach(params: Reach, speaker: Speaker, cluster: Cluster, guard: Guard) -> None:
    """Tries every connection once, then judges each beside its positive control.

    Raises Refused when the stranger's namespace is not allowed, SuiteError when its pods do not come.
    """
    guard_namespace(guard, NAMESPACE)
    namespace = namespace_of(speaker.context)
    shop = [pod for pod in pods_of(cluster, namespace, API) if ready(pod)]
    if not shop:
        raise SuiteError(f"no pod of {API} is ready")
    image = shop[0]["spec"]["containers"][0]["image"]
    with Stranger(cluster, image) as stranger, ThreadPoolExecutor(_AT_ONCE) as pool:
        tried = list(pool.map(lambda a: _try(a, params.timeout, cluster, namespace, stranger), params.attempts))
    told = [{**asdict(one), "attempt": one.attempt.model_dump(by_alias=True)} for one in tried]
    evidence = speaker.keep("connections.json", told)
    for one in tried:
        name = f"reach.{one.attempt.id}"
        unknown = _unknown(one, tried)
        if unknown:
            speaker.broke(name, unknown, [evidence])
        else:
            speaker.check(name, _problem(one), [evidence])
    answered = [one for one in tried if one.state in ("open", "blocked")]
    missing = [f"{one.attempt.id}: {one.state}: {one.detail}" for one in tried if one not in answered]
    speaker.receipt("reach", "connections", len(tried), len(answered), missing)


def _try(attempt: Attempt, timeout: float, cluster: Cluster, namespace: str, stranger: Stranger) -> Tried:
    host, _, port = attempt.to.rpartition(":")
    try:
        if attempt.from_ == STRANGER:
            where, pod = NAMESPACE, STRANGER
        else:
            where = namespace
            pods = [p for p in pods_of(cluster, namespace, attempt.from_) if ready(p)]
            if not pods:
                return Tried(attempt, "broken", f"no pod of {attempt.from_} is ready")
            pod = pods[0]["metadata"]["name"]
        argv = ["python", "-c", _CONNECT, _address(host, where, namespace, stranger), port, str(timeout)]
        ran = cluster.execute(where, pod, argv, timeout + 10)
        told = json.loads(ran.output)
        return Tried(attempt, str(told["state"]), str(told["detail"]))
    except ClusterError as error:
        return Tried(attempt, "broken", error.what)
    except (ValueError, KeyError):
        return Tried(
            attempt, "broken", f"the command ended with {ran.code}: {(ran.errors or ran.output).strip()[-200:]}"
        )


def _address(host: str, where: str, namespace: str, stranger: Stranger) -> str:
    """A short name is a Service of the shop, also from elsewhere."""
    if host == LISTENER:
        return stranger.listener
    return f"{host}.{namespace}.svc" if "." not in host and where != namespace else host


def _unknown(one: Tried, tried: Sequence[Tried]) -> str:
    """Why the attempt says nothing; empty when it does."""
    if one.state not in ("open", "blocked"):
        return f"{one.attempt.from_} → {one.attempt.to}: {one.detail}"
    if one.attempt.expect == "blocked" and one.state == "blocked":
        controls = [c for c in tried if c.attempt.to == one.attempt.to and c.attempt.expect == "open"]
        if not any(c.state == "open" for c in controls):
            return f"{one.attempt.to} was not reached from where it is allowed either, so blocked proves nothing"
    return ""


def _problem(one: Tried) -> list[str]:
    if one.state == one.attempt.expect:
        return []
    return [f"{one.attempt.from_} → {one.attempt.to}: expected {one.attempt.expect}, it is {one.state} ({one.detail})"]
