"""Manifests onto a cluster. What was applied is written down there, so that what falls out of it is deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from harness.targets.kubernetes.api import Api
from harness.targets.kubernetes.programs import CommandFailed, output_of
from harness.targets.kubernetes.render import Key, Rendered

_NAMESPACE, _NAME = "kube-system", "launchgate"
_WITHIN = 120.0
_LATER = ("ConfigMap", "Secret")  # pods of before read them until they are gone
_START_ANEW = "`launchgate down` deletes the kept cluster; the next run makes a new one"


class Applier:
    """Applies named parts (`addons`, `overlay`) to one cluster and remembers their objects with their digests."""

    def __init__(self, api: Api, kubeconfig: Path, folder: Path) -> None:
        self._api, self._folder = api, folder
        # a cache of our own: nothing in the home folder's is touched
        self._kubectl = ["kubectl", "--kubeconfig", str(kubeconfig), "--cache-dir", str(kubeconfig.parent / "kubectl")]
        self._data = api.config_map(_NAMESPACE, _NAME)

    def has(self, part: str, rendered: Rendered) -> bool:
        """Whether exactly this was applied, to its end."""
        return self._before(part) == rendered.digests

    def apply(self, part: str, rendered: Rendered) -> Path:
        """Applies, and deletes what is not in it any more; settings only later, see `finish`. Returns the file."""
        before, now = self._before(part), rendered.digests
        # first, since a quota that is to go would keep pods from being made
        self._delete([key for key in _gone(before, now) if key.kind not in _LATER])
        self._delete(_changed_jobs(before, rendered), wait=True)
        # whatever happens in between, the next run knows of every object; one that was not applied has no digest
        self._remember(part, {**before, **dict.fromkeys(now, "")})
        file = self._folder / f"{part}.yaml"
        file.write_text(rendered.text)
        try:
            output_of(
                [
                    *self._kubectl,
                    "apply",
                    "--server-side",
                    "--force-conflicts",
                    "--field-manager",
                    "launchgate",
                    "-f",
                    str(file),
                ],
                within=_WITHIN,
            )
        except CommandFailed as error:
            error.advice = _START_ANEW if "immutable" in error.said or "Forbidden: updates to" in error.said else ""
            raise
        return file

    def finish(self, part: str, rendered: Rendered) -> None:
        """After everything is ready: deletes settings of before, and remembers that this part is applied to its end."""
        self._delete(_gone(self._before(part), rendered.digests))
        self._remember(part, rendered.digests)

    def _before(self, part: str) -> dict[str, str]:
        return dict(json.loads(self._data.get(part, "{}")))

    def _remember(self, part: str, digests: dict[str, str]) -> None:
        if self._before(part) != digests:
            self._data[part] = json.dumps(digests)
            self._api.put_config_map(_NAMESPACE, _NAME, self._data)

    def _delete(self, keys: Iterable[Key], wait: bool = False) -> None:
        references = [key.reference() for key in keys]
        if references:
            output_of(
                [*self._kubectl, "delete", "--ignore-not-found", f"--wait={str(wait).lower()}", "-f", "-"],
                within=_WITHIN,
                given=json.dumps({"apiVersion": "v1", "kind": "List", "items": references}),
            )


def _gone(before: Iterable[str], now: Iterable[str]) -> list[Key]:
    """An object whose API version alone has changed is still there."""
    staying = {_identity(Key(*text.split("|"))) for text in now}
    return [key for key in (Key(*text.split("|")) for text in before) if _identity(key) not in staying]


def _identity(key: Key) -> tuple[str, str, str, str]:
    return key.version.rpartition("/")[0], key.kind, key.namespace, key.name


def _changed_jobs(before: dict[str, str], rendered: Rendered) -> list[Key]:
    """The template of a Job cannot be changed. One with an empty digest may be of a run that broke off: also those."""
    now = rendered.digests
    return [k for k in rendered.objects if k.kind == "Job" and before.get(str(k), now[str(k)]) != now[str(k)]]
