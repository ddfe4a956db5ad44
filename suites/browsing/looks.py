"""How far two pictures of a page differ to the eye. Pure.

Not pixel by pixel: a hair's breadth of a letter, which every version of a browser draws differently, is no difference.
The pictures are laid over one another in cells of `CELL` × `CELL` pixels; a cell differs when its mean colour does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

CELL = 8  # pixels of a picture at half size: half a line of text, so that a moved line shows
VISIBLE = 12  # of 255, in the mean of one colour of a cell

Cells = npt.NDArray[np.bool_]


def difference(one: Image.Image, other: Image.Image) -> float:
    """Share of cells that differ, 0 to 1. What one picture has beyond the other's edges differs."""
    cells = differing_cells(one, other)
    return float(cells.mean())


def differing_cells(one: Image.Image, other: Image.Image) -> Cells:
    """True for each cell that differs; rows × columns over the larger of both sizes."""
    width, height = (max(a, b) for a, b in zip(one.size, other.size, strict=True))
    means = [_cell_means(picture, width, height) for picture in (one, other)]
    return np.asarray((np.abs(means[0] - means[1]) > VISIBLE).any(axis=2), dtype=np.bool_)


def shown(one: Image.Image, other: Image.Image) -> Image.Image:
    """The second picture, paled, with the differing cells left in full colour and framed: for a person to look at."""
    cells = differing_cells(one, other)
    size = (cells.shape[1] * CELL, cells.shape[0] * CELL)
    mask = Image.fromarray(cells).resize(size, Image.Resampling.NEAREST)
    full = Image.new("RGB", size, "white")
    full.paste(other.convert("RGB"), (0, 0))
    pale = Image.blend(full, Image.new("RGB", size, "white"), 0.75)
    pale.paste(Image.blend(full, Image.new("RGB", size, (214, 40, 40)), 0.25), (0, 0), mask)
    return pale


def _cell_means(picture: Image.Image, width: int, height: int) -> npt.NDArray[np.float64]:
    rows, columns = -(-height // CELL), -(-width // CELL)
    # outside the picture: a colour that no page has, so that size itself is seen
    canvas = np.full((rows * CELL, columns * CELL, 3), (255.0, 0.0, 255.0))
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float64)
    canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    return np.asarray(canvas.reshape(rows, CELL, columns, CELL, 3).mean(axis=(1, 3)), dtype=np.float64)
