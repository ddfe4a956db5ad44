"""What a container may do: as little as it can. Pod Security Standard `restricted`, and beyond for the shop's own."""

from __future__ import annotations

from collections.abc import Iterator

from suites.infra.objects import Breach, Objects, Part
from suites.infra.required import SHOP
from suites.infra.rules.base import rule

_NAMED_VOLUMES = {"configMap", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def _all_containers(objects: Objects) -> list[Part]:
    return objects.containers()


def _all_templates(objects: Objects) -> list[Part]:
    return objects.templates()


def _shop_templates(objects: Objects) -> list[Part]:
    return objects.templates(SHOP)


@rule("hardening.non-root", "nothing runs as root", over=_all_templates)
def non_root(template: Part, _objects: Objects) -> Iterator[Breach]:
    """By the pod, and by no container undone."""
    path = "securityContext.runAsNonRoot"
    pod = template.get(f"spec.{path}")
    yield from template.unless(template.get("spec.securityContext.runAsUser", 1) != 0, "is 0", "spec.securityContext")
    for where in ("spec.initContainers", "spec.containers"):
        for one in template.each(where):
            yield from one.unless(one.get(path, pod) is True, "is not true, here or for the pod", path)
            yield from one.unless(one.get("securityContext.runAsUser", 1) != 0, "is 0", "securityContext.runAsUser")


@rule("hardening.privileges", "no container can gain rights", over=_all_containers)
def privileges(container: Part, _objects: Objects) -> Iterator[Breach]:
    """No escalation, no capability, not privileged."""
    context = "securityContext"
    yield from container.wants(f"{context}.allowPrivilegeEscalation", False)
    yield from container.unless(not container.get(f"{context}.privileged", False), "is true", f"{context}.privileged")
    dropped = container.get(f"{context}.capabilities.drop", [])
    yield from container.unless("ALL" in dropped, f"drops {dropped}, expected ALL", f"{context}.capabilities")
    added = container.get(f"{context}.capabilities.add", [])
    yield from container.unless(not set(added) - {"NET_BIND_SERVICE"}, f"adds {added}", f"{context}.capabilities")


@rule("hardening.read-only", "the shop's containers cannot change their own file system",
      over=lambda o: o.containers(SHOP))  # fmt: skip
def read_only(container: Part, _objects: Objects) -> Iterator[Breach]:
    """What an intruder writes does not last, and cannot replace the program."""
    yield from container.wants("securityContext.readOnlyRootFilesystem", True)


@rule("hardening.seccomp", "system calls are filtered", over=_all_templates)
def seccomp(template: Part, _objects: Objects) -> Iterator[Breach]:
    """RuntimeDefault or a profile of its own."""
    found = template.get("spec.securityContext.seccompProfile.type")
    yield from template.unless(
        found in ("RuntimeDefault", "Localhost"), f"is {found}", "spec.securityContext.seccompProfile"
    )


@rule("hardening.no-token", "no pod gets a key to the cluster's own API", over=_all_templates)
def no_token(template: Part, _objects: Objects) -> Iterator[Breach]:
    """The shop never talks to it, so a stolen pod must not either."""
    yield from template.wants("spec.automountServiceAccountToken", False)


@rule("hardening.service-account", "each process of the shop has an account of its own, without rights",
      over=_shop_templates)  # fmt: skip
def service_account(template: Part, objects: Objects) -> Iterator[Breach]:
    """Not `default`: a right given to that one day is a right of everything."""
    name, path = template.get("spec.serviceAccountName", "default"), "spec.serviceAccountName"
    yield from template.unless(name != "default", "is default", path)
    accounts = objects.named("ServiceAccount", name)
    yield from template.unless(bool(accounts), f"there is no ServiceAccount {name}", path)
    for account in accounts:
        yield from account.wants("automountServiceAccountToken", False)
    for binding in objects.of("RoleBinding", "ClusterRoleBinding"):
        bound = [s.get("name") for s in binding.get("subjects", ()) if s.get("kind") == "ServiceAccount"]
        yield from binding.unless(name not in bound, f"gives rights to {name}")


@rule("hardening.host", "no pod shares anything with its node", over=_all_templates)
def host(template: Part, _objects: Objects) -> Iterator[Breach]:
    """Not its network, its processes, its files, its ports."""
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        yield from template.unless(not template.get(f"spec.{key}", False), "is true", f"spec.{key}")
    for volume in template.each("spec.volumes"):
        kinds = set(volume.value) - {"name"}
        yield from volume.unless(kinds <= _NAMED_VOLUMES, f"is a {', '.join(sorted(kinds))}")
    for container in template.each("spec.containers"):
        taken = [p["hostPort"] for p in container.get("ports", ()) if p.get("hostPort")]
        yield from container.unless(not taken, f"takes port {taken} of the node", "ports")


@rule("hardening.namespace", "the cluster itself refuses a pod that asks for more", over=lambda o: o.of("Namespace"))
def namespace(one: Part, _objects: Objects) -> Iterator[Breach]:
    """Pod Security admission."""
    labels = one.get("metadata.labels", {})
    found = labels.get("pod-security.kubernetes.io/enforce")
    yield from one.unless(
        found == "restricted", f"pod-security enforce is {found}, expected restricted", "metadata.labels"
    )


@rule("hardening.images", "every image is named by a version", over=_all_containers)
def images(container: Part, _objects: Objects) -> Iterator[Breach]:
    """`latest` is another image tomorrow."""
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition(":")[2]
    named = "@sha256:" in image or tag not in ("", "latest")
    yield from container.unless(named, f"{image or 'nothing'} names no version", "image")


RULES = (non_root, privileges, read_only, seccomp, no_token, service_account, host, namespace, images)
