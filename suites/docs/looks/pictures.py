"""Pictures in guides."""

from __future__ import annotations

import io
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from PIL import Image, UnidentifiedImageError

from suites.docs.looks.seen import Seen, judged
from suites.docs.plan import PictureItem
from suites.docs.world import World

_FEWEST = 3  # words of a description that describes
_SCALES = (1, 2)  # pixels of the file per pixel of the page
_ROUNDING = 1  # pixels


def look_at_picture(item: PictureItem, world: World) -> Seen:
    """Whether it is served, can be decoded, has the size that the page keeps free, and a description."""
    status, page, _ = world.served(item.address)
    if status != 200:
        return judged([f"{item.where}: {item.address} answers {status}"])
    found = next((one for one in page.pictures if PurePosixPath(urlsplit(one.source).path).name == item.file), None)
    if found is None:
        return judged([f"{item.where}: {item.address} does not show {item.file}"])
    problems = []
    if len((found.alt or "").split()) < _FEWEST or " ".join((found.alt or "").split()) != " ".join(item.alt.split()):
        problems.append(f"{item.where}: {item.file} is described as “{found.alt or ''}”")
    answer = world.fetch(urljoin(item.address, found.source))
    if answer.status_code != 200 or not answer.headers.get("content-type", "").startswith("image/"):
        return judged([*problems, f"{item.where}: {found.source} answers {answer.status_code}, "
                                  f"{answer.headers.get('content-type', 'without a type')}"])  # fmt: skip
    try:
        with Image.open(io.BytesIO(answer.content)) as picture:
            picture.load()
            width, height = picture.size
    except (UnidentifiedImageError, OSError) as error:
        return judged([*problems, f"{item.where}: {item.file} cannot be decoded: {error}"])
    if not _fits(found.width, width) or not _fits(found.height, height):
        told = f"{found.width or '?'}×{found.height or '?'}"
        problems.append(f"{item.where}: {item.file} has {width}×{height} pixels, and the page keeps {told} free")
    return judged(problems)


def _fits(declared: str, pixels: int) -> bool:
    return declared.isdigit() and any(abs(int(declared) * scale - pixels) <= _ROUNDING for scale in _SCALES)
