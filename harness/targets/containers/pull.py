"""The images that are not built here: there already, or pulled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import docker
from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException

from harness.model.errors import TargetError
from harness.model.system import Service

PULL_WITHIN = 600.0


def check_images(services: Sequence[Service]) -> None:
    """Raises TargetError for a service that says no image."""
    for service in services:
        if not service.image:
            raise TargetError(
                f"service {service.name} has no image, so it cannot run in a container",
                advice="give it `image:` in system.yaml: a name of `images`, or a reference such as postgres:17",
            )


def pull_missing(
    client: docker.DockerClient, services: Sequence[Service], built: Mapping[str, str], say: Callable[[str], None]
) -> None:
    """Pulls what is neither built nor here. Raises TargetError with the registry's words."""
    for reference in dict.fromkeys(s.image for s in services if s.image not in built):
        try:
            client.images.get(reference)
        except ImageNotFound:
            say(f"pulling image {reference}")
            _pull(client, reference)


def _pull(client: docker.DockerClient, reference: str) -> None:
    deadline = time.monotonic() + PULL_WITHIN
    repository, tag = _parts(reference)
    try:
        refused = ""
        for message in client.api.pull(repository, tag, stream=True, decode=True):
            refused = message.get("error", refused)
            if time.monotonic() > deadline:
                refused = f"it was not done within {PULL_WITHIN:g} s"
                break
        if refused:
            raise DockerException(refused)
        client.images.get(reference)
    except (DockerException, RequestException) as error:
        raise TargetError(
            f"image {reference} is not here and cannot be pulled: {error}",
            where=reference,
            advice=f"check its name and the network, and try `docker pull {reference}` by hand",
        ) from error


def _parts(reference: str) -> tuple[str, str | None]:
    """Repository, and tag or digest; without one, the usual one."""
    if "@" in reference:
        return reference, None
    repository, colon, tag = reference.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (reference, "latest")
