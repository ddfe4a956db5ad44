"""Settings, secrets, labels, and what differs from place to place (T1.4, T1.5, T1.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from suites.infra.objects import NAME_LABEL, PART_OF_LABEL, Breach, Objects, Part, labels_of, name_of
from suites.infra.required import PART_OF, PRODUCTION_LIKE, SECRETS, SETTING_KEYS, SETTINGS, SHOP
from suites.infra.rules.base import rule, whole_place

SECRET_TEMPLATE = "secret-template"  # noqa: S105  key of Objects.extra
_SENSITIVE = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE|CREDENTIAL|API_KEY|ACCESS_KEY|_DSN$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"|replace-me|changeme|<[^>]*>|\$\{[^}]*\}", re.IGNORECASE)
# user:password@ in a URL, unless both are filled in from elsewhere
_URL_PASSWORD = re.compile(r"://[^/\s:@]*:(?!\$[({])[^/\s@]+@")
_GENERATED = re.compile(r"-[a-z0-9]{10}$")  # kustomize's hash of the content


def _config_maps(objects: Objects) -> list[Part]:
    return [one for one in objects.of("ConfigMap") if one.name != "kube-root-ca.crt"]


def _production_like(objects: Objects) -> list[Part]:
    return whole_place(objects) if objects.place in PRODUCTION_LIKE else []


def _labelled(objects: Objects) -> list[Part]:
    """Workloads, and the Services that lead to them."""
    leading = [one for one in objects.of("Service") if one.get("spec.selector")]
    return [*objects.of("Deployment", "StatefulSet", "Job"), *leading]


def _is(part: Part, name: str) -> bool:
    return part.name == name or _GENERATED.sub("", part.name) == name


@rule("configuration.settings", "settings that are no secret are in a ConfigMap", "T1.4", over=whole_place)
def settings(place: Part, objects: Objects) -> Iterator[Breach]:
    """Database host, bucket name and the like, in one place, read by api and worker."""
    found = [one for one in _config_maps(objects) if _is(one, SETTINGS)]
    yield from place.unless(bool(found), f"there is no ConfigMap {SETTINGS}")
    keys = {key for one in found for key in one.get("data", {})}
    missing = [key for key in SETTING_KEYS if found and key not in keys]
    yield from place.unless(not missing, f"ConfigMap {SETTINGS} lacks {', '.join(missing)}")


@rule("configuration.references", "every ConfigMap and key that a container names is there", "T1.4",
      over=lambda o: o.containers())  # fmt: skip
def references(container: Part, objects: Objects) -> Iterator[Breach]:
    """A pod with a missing one never starts; an optional one that is missing is a typing mistake that nobody sees."""
    there = {one.name: set(one.get("data", {})) for one in objects.of("ConfigMap")}
    for one in container.each("envFrom"):
        name = one.get("configMapRef.name")
        yield from one.unless(name is None or name in there, f"there is no ConfigMap {name}")
    for one in container.each("env"):
        name, key = (one.get(f"valueFrom.configMapKeyRef.{part}") for part in ("name", "key"))
        exists = name is None or key in there.get(name, ())
        yield from one.unless(exists, f"there is no key {key} in ConfigMap {name}", "valueFrom.configMapKeyRef")


@rule("configuration.no-secret-in-settings", "no ConfigMap and no literal value holds a secret", "T1.5",
      over=lambda o: [*_config_maps(o), *o.containers()])  # fmt: skip
def no_secret_in_settings(part: Part, _objects: Objects) -> Iterator[Breach]:
    """Names are looked at, and URLs with a password inside. The value itself is never repeated."""
    for key, value in part.get("data", {}).items():
        secret = (_SENSITIVE.search(key) and value) or _URL_PASSWORD.search(str(value))
        yield from part.unless(not secret, f"{key} belongs into a Secret", "data")
    for one in part.each("env"):
        name, value = str(one.get("name")), str(one.get("value", ""))
        literal = value and not value.startswith("$(")
        secret = (_SENSITIVE.search(name) and literal) or _URL_PASSWORD.search(value)
        yield from one.unless(not secret, f"{name} is a secret written into the manifest")


@rule("configuration.secret-template", "the secret's template has a placeholder for every sensitive value", "T1.5",
      over=whole_place)  # fmt: skip
def secret_template(place: Part, objects: Objects) -> Iterator[Breach]:
    """Every key that a container asks for, or that any deployed Secret has, is in the template; no value is real."""
    template = [one for one in objects.extra.get(SECRET_TEMPLATE, ()) if name_of(one) == SECRETS]
    yield from place.unless(len(template) == 1, f"the template has {len(template)} Secrets {SECRETS}, expected one")
    offered = {
        key: value for one in template for key, value in {**_data(one, "stringData"), **_data(one, "data")}.items()
    }
    for key, value in offered.items():
        yield from place.unless(bool(_PLACEHOLDER.fullmatch(str(value))), f"the template's {key} is no placeholder")
    asked = {
        one.get("valueFrom.secretKeyRef.key")
        for container in objects.containers()
        for one in container.each("env")
        if one.get("valueFrom.secretKeyRef.name") == SECRETS
    }
    held = {k for s in objects.named("Secret", SECRETS) for where in ("data", "stringData") for k in s.get(where, {})}
    missing = sorted((asked | held) - offered.keys()) if template else []
    yield from place.unless(not missing, f"the template lacks {', '.join(missing)}")


def _data(item: Mapping[str, Any], where: str) -> dict[str, Any]:
    return dict(item.get(where) or {})


@rule("configuration.no-real-secret", "what customers use renders no Secret: those never stand in git", "T1.5",
      over=_production_like, where="static", everywhere=False)  # fmt: skip
def no_real_secret(_place: Part, objects: Objects) -> Iterator[Breach]:
    """They are brought into the cluster by hand or by an operator."""
    for one in objects.of("Secret"):
        yield one.breach("a Secret in the rendered overlay")


@rule("configuration.labels", "every object of the shop says what it is and what it belongs to",
      over=_labelled)  # fmt: skip
def labels(whole: Part, _objects: Objects) -> Iterator[Breach]:
    """Selectors, dashboards and network policies go by them."""
    yield from whole.unless(labels_of(whole).get(PART_OF_LABEL) == PART_OF, f"has no {PART_OF_LABEL}={PART_OF}")
    if whole.get("spec.template"):
        inner = whole.below("spec.template", whole.get("spec.template"))
        carried = labels_of(inner)
        yield from inner.unless(bool(carried.get(NAME_LABEL)), f"has no {NAME_LABEL}", "metadata.labels")
        yield from inner.unless(carried.get(PART_OF_LABEL) == PART_OF, f"has no {PART_OF_LABEL}", "metadata.labels")


@rule("configuration.overlays", "beta and production differ in namespace, image tag, replicas and hosts", "T1.7",
      over=_production_like, where="static", everywhere=False)  # fmt: skip
def overlays(place: Part, objects: Objects) -> Iterator[Breach]:
    """Held against the other overlays, which are in `Objects.extra`."""
    mine = _identity(objects)
    for what, value in mine.items():
        yield from place.unless(bool(value), f"says nothing of {what}")
    for other in PRODUCTION_LIKE:
        if other == objects.place:
            continue
        items = objects.extra.get(other, ())
        yield from place.unless(bool(items), f"there is no overlay {other} to compare with")
        theirs = _identity(Objects(other, items))
        for what, value in mine.items():
            yield from place.unless(not items or value != theirs[what], f"has the same {what} as {other}: {value}")


def _identity(objects: Objects) -> dict[str, list[Any]]:
    """What an overlay is there to change."""
    scalers = {h.name: (h.get("spec.minReplicas"), h.get("spec.maxReplicas"))
               for h in objects.of("HorizontalPodAutoscaler")}  # fmt: skip
    return {
        "namespace": sorted({d.get("metadata.namespace", "") for d in objects.of("Deployment")} - {""}),
        "image tag": sorted({str(c.get("image")).rpartition(":")[2] for c in objects.containers(SHOP, init=False)}),
        "replicas": sorted(scalers.items()),
        "hosts": sorted(
            {str(r.get("host")) for i in objects.of("Ingress") for r in i.each("spec.rules") if r.get("host")}
        ),
    }


RULES = (
    settings,
    references,
    no_secret_in_settings,
    secret_template,
    no_real_secret,
    labels,
    overlays,
)
