"""Removes the containers and networks of one run. Also run by path, by the keeper, when the harness was killed.

    python -I sweep.py TAG [DOCKER_HOST]

Right to run twice. The daemon may still be making what the harness asked for in its last moment, so it is over
only when two searches, a moment apart, have found nothing.
"""

from __future__ import annotations

import contextlib
import sys
import time

import docker
from docker.errors import APIError, DockerException, NotFound

LABEL = "launchgate.tag"
_PAUSE = 0.7
_WITHIN = 60.0


def sweep(client: docker.DockerClient, tag: str, pause: float = _PAUSE) -> int:
    """Removes everything that carries the tag, at most for a minute; returns how many things it were."""
    removed, quiet, deadline = 0, 0, time.monotonic() + _WITHIN
    while quiet < 2 and time.monotonic() < deadline:
        found = remove(client, tag)
        removed += found
        quiet = 0 if found else quiet + 1
        if quiet < 2:
            time.sleep(pause)
    return removed


def remove(client: docker.DockerClient, tag: str) -> int:
    """Removes what carries the tag now, containers with their volumes; returns how many things it found."""
    labelled = {"label": f"{LABEL}={tag}"}
    containers = client.containers.list(all=True, filters=labelled, ignore_removed=True)
    for container in containers:
        # "in progress" when somebody else removes it at this moment
        with contextlib.suppress(NotFound, APIError):
            container.remove(force=True, v=True)
    networks = client.networks.list(filters=labelled)
    for network in networks:
        with contextlib.suppress(NotFound, APIError):
            network.remove()
    return len(containers) + len(networks)


def main(tag: str, host: str) -> int:
    """Ends with 1 and one sentence when Docker does not answer."""
    try:
        client = docker.DockerClient(base_url=host) if host else docker.from_env()
        with contextlib.closing(client):
            print(f"removed {sweep(client, tag)} containers and networks of {tag}")
    except DockerException as error:
        print(f"Docker does not answer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
