"""Images of the local Docker into the nodes of a cluster. What Docker does not have, the nodes pull themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from harness.targets.kubernetes.pipe import deliver
from harness.targets.kubernetes.programs import output_of

_CTR = ("ctr", "--namespace", "k8s.io", "images")
_LABEL = "launchgate.image-id"


def local_ids(references: Iterable[str]) -> dict[str, str]:
    """Reference → id, of those that the local Docker has."""
    listed = output_of(
        ["docker", "images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}}\t{{.ID}}"], within=30
    ).splitlines()
    known = dict(line.split("\t") for line in listed)
    return {reference: known[_tagged(reference)] for reference in references if _tagged(reference) in known}


def load(wanted: Mapping[str, Iterable[str]], say: Callable[[str], None]) -> None:
    """Brings images (node → references) into the nodes that have not got exactly them. Raises TargetError."""
    images = local_ids({reference for references in wanted.values() for reference in references})
    with ThreadPoolExecutor(max(1, len(wanted))) as threads:
        present = dict(zip(wanted, threads.map(_present, wanted), strict=True))
        lacking = {
            node: sorted(r for r in references if r in images and present[node].get(canonical(r)) != images[r])
            for node, references in wanted.items()
        }
        for node, missing in lacking.items():
            if missing:
                say(f"loading {', '.join(missing)} into {node}")
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for node, missing in lacking.items():
            if missing:
                groups[tuple(missing)].append(node)
        jobs = [threads.submit(_load_group, group, missing, images) for missing, group in groups.items()]
        for job in jobs:
            job.result()


def canonical(reference: str) -> str:
    """As containerd names it: `redis:8` is `docker.io/library/redis:8`."""
    first, slash, _ = reference.partition("/")
    if not slash:
        return f"docker.io/library/{_tagged(reference)}"
    is_registry = "." in first or ":" in first or first == "localhost"
    return _tagged(reference) if is_registry else f"docker.io/{_tagged(reference)}"


def _tagged(reference: str) -> str:
    return reference if ":" in reference.rpartition("/")[2] or "@" in reference else f"{reference}:latest"


def _present(node: str) -> dict[str, str]:
    """Canonical reference → id in the local Docker that it was loaded from, for what was loaded here."""
    rows = output_of(["docker", "exec", node, *_CTR, "list"], within=30).splitlines()[1:]
    found: dict[str, str] = {}
    for row in rows:
        label = next((w for w in row.replace(",", " ").split() if w.startswith(f"{_LABEL}=")), "")
        found[row.split()[0]] = label.partition("=")[2]
    return found


def _load_group(nodes: Sequence[str], references: Sequence[str], images: Mapping[str, str]) -> None:
    """One archive for all images, so that what they have in common goes over once, and for all nodes alike."""
    deliver(
        ["docker", "save", *references],
        {node: ["docker", "exec", "--interactive", node, *_CTR, "import", "--digests", "-"] for node in nodes},
    )
    for node in nodes:
        for reference in references:
            label = f"{_LABEL}={images[reference]}"
            output_of(["docker", "exec", node, *_CTR, "label", canonical(reference), label], within=30)
