"""Photographs of a tar or a folder, one by one."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from pictures.resize import resized

PICTURES = (".webp", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".avif")


def photographs(source: Path, limit: int = 0, square: int | None = None) -> Iterator[tuple[str, np.ndarray]]:
    """Name and pixels (uint8 [H, W, 3]) of the photographs of a tar or a folder, by name.

    limit: so many, spread over the names. square: the middle square at so many pixels, by area.
    """
    found = dict(_folder_files(source) if source.is_dir() else _tar_files(source))
    names = sorted(found)
    step = max(1.0, len(names) / limit) if limit else 1.0
    for index, name in enumerate(names):
        if index // step == (index - 1) // step:
            continue
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(found[name]()))).convert("RGB")
        pixels = np.array(image)
        yield name, middle_square(pixels, square) if square else pixels


def _folder_files(folder: Path):
    for path in folder.rglob("*"):
        if path.suffix.lower() in PICTURES:
            yield str(path.relative_to(folder)), path.read_bytes


def _tar_files(path: Path):
    with tarfile.open(path) as tar:
        for member in tar:
            if member.isfile() and Path(member.name).suffix.lower() in PICTURES:
                data = tar.extractfile(member).read()
                yield member.name.removeprefix("./"), lambda data=data: data


def middle_square(pixels: np.ndarray, side: int) -> np.ndarray:
    """The middle square, uint8 [side, side, 3]: the mean over each pixel's area, bilinear where it grows."""
    edge = min(pixels.shape[:2])
    top, left = ((length - edge) // 2 for length in pixels.shape[:2])
    return np.floor(resized(pixels[top : top + edge, left : left + edge], side, side) + 0.5).astype(np.uint8)
