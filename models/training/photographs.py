"""Photographs as one uint8 tensor, and random crops of them made where the tensor is.

A photograph is stored with its short side at 224 (that of the training set), landscape; a portrait is
turned a quarter, and crops turn it back while they sample. A picture longer than 3 : 2 loses its ends.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

from pictures.colour import constant

HEIGHT, WIDTH = 224, 336
PICTURES = (".webp", ".jpg", ".jpeg", ".png")
#: Largest change of a crop's aspect, as a factor either way.
SQUASH = 0.12


@dataclass(frozen=True)
class Photographs:
    """pixels: uint8 [N, 3, 224, 336]; of each, columns 0…width−1 hold it (the last is repeated after).

    turned: bool [N], stored a quarter counter-clockwise. width: int64 [N].
    """

    pixels: Tensor
    turned: Tensor
    width: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def to(self, device: torch.device | str) -> "Photographs":
        return Photographs(*(t.to(device) for t in (self.pixels, self.turned, self.width)))

    def pick(self, rows: Tensor) -> "Photographs":
        return Photographs(self.pixels[rows], self.turned[rows], self.width[rows])


def tar_pictures(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every picture in the tars, in order."""
    for path in paths:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.isfile() and member.name.lower().endswith(PICTURES):
                    yield member.name, tar.extractfile(member).read()


def decode(data: bytes) -> tuple[np.ndarray, bool, int] | None:
    """Stored pixels uint8 [224, 336, 3], whether turned, and the width; None where it is no picture."""
    try:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    turned = image.height > image.width
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
    full = max(HEIGHT, round(image.width * HEIGHT / image.height))
    pixels = np.asarray(image.resize((full, HEIGHT), Image.Resampling.BICUBIC))
    start = max(0, (full - WIDTH) // 2)
    width = min(full, WIDTH)
    pixels = pixels[:, start : start + width]
    return np.pad(pixels, ((0, 0), (0, WIDTH - width), (0, 0)), "edge"), turned, width


def load_photographs(paths: list[Path], cache: Path | None = None, workers: int | None = None) -> Photographs:
    """All pictures of the tars, decoded in parallel; kept in `cache` and read from there the next time.

    Raises ValueError where the tars hold none.
    """
    place = cache / _cache_name(paths) if cache else None
    if place and (place / "complete").exists():
        parts = [torch.from_numpy(np.load(place / f"{name}.npy")) for name in ("pixels", "turned", "width")]
        return Photographs(*parts)
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        found = [f for f in pool.map(decode, (data for _, data in tar_pictures(paths)), chunksize=32) if f]
    if not found:
        raise ValueError(f"no pictures in {', '.join(map(str, paths))}")
    pixels = np.empty((len(found), 3, HEIGHT, WIDTH), np.uint8)
    for row, (picture, _, _) in enumerate(found):
        pixels[row] = picture.transpose(2, 0, 1)
    arrays = {"pixels": pixels, "turned": np.array([f[1] for f in found]), "width": np.array([f[2] for f in found])}
    if place:
        place.mkdir(parents=True, exist_ok=True)
        for name, array in arrays.items():
            np.save(place / f"{name}.npy", array)
        (place / "complete").touch()
    return Photographs(*(torch.from_numpy(array) for array in arrays.values()))


def _cache_name(paths: list[Path]) -> str:
    said = json.dumps([[p.name, p.stat().st_size] for p in paths] + [[HEIGHT, WIDTH]])
    return "photographs-" + hashlib.sha256(said.encode()).hexdigest()[:16]


def split(photographs: Photographs, held_out: int) -> tuple[Photographs, Photographs]:
    """Training and validation photographs. The same every time: rows spread evenly over the tars."""
    count = len(photographs)
    chosen = torch.zeros(count, dtype=torch.bool)
    if held_out:
        chosen[torch.linspace(0, count - 1, held_out).round().long()] = True
    return photographs.pick((~chosen).nonzero()[:, 0]), photographs.pick(chosen.nonzero()[:, 0])


def random_crops(
    photographs: Photographs, count: int, shape: tuple[int, int], scale: tuple[float, float], mode: str = "bilinear"
) -> Tensor:
    """Upright random crops with flips: RGB 0–1, float32 [count, 3, *shape].

    scale: smallest and largest share of the largest crop of that aspect, by area. mode: of sampling; bicubic keeps
    what is fine. Uses the global generator of the photographs' device.
    """
    device = photographs.pixels.device
    rows = torch.randint(len(photographs), (count,), device=device)
    random = torch.rand(5, count, device=device)
    share = (scale[0] + (scale[1] - scale[0]) * random[0]).sqrt()
    aspect = shape[1] / shape[0] * torch.exp((random[1] * 2 - 1) * SQUASH)
    flip = torch.where(random[4] < 0.5, -1.0, 1.0)
    return _sample(photographs.pick(rows), shape, share, aspect, random[2], random[3], flip, mode)


def middle_crops(photographs: Photographs, shape: tuple[int, int]) -> Tensor:
    """The largest upright crop of that aspect from each photograph's middle: RGB 0–1 [N, 3, *shape]."""
    count, device = len(photographs), photographs.pixels.device
    whole, half = torch.ones(count, device=device), torch.full((count,), 0.5, device=device)
    return _sample(photographs, shape, whole, whole * shape[1] / shape[0], half, half, whole)


def _sample(
    photographs: Photographs, shape: tuple[int, int], share: Tensor, aspect: Tensor, left: Tensor, top: Tensor, flip: Tensor,
    mode: str = "bilinear",
) -> Tensor:
    """Crops by one affine map each. left, top: 0–1 of the room that there is. All but shape are [N]."""
    turned, stored = photographs.turned, photographs.width.float()
    full = torch.full_like(stored, HEIGHT)
    upright_width, upright_height = torch.where(turned, full, stored), torch.where(turned, stored, full)
    height = torch.minimum(upright_height, upright_width / aspect) * share
    width = height * aspect
    x = left * (upright_width - width) + width / 2
    y = top * (upright_height - height) + height / 2
    # Upright (x, y) lies at (x, y) of the stored pixels, or where these are turned at (y, 224 − x).
    zero = torch.zeros_like(x)
    across, down = width / 2 * flip, height / 2
    plain = torch.stack([across, zero, x, zero, down, y], 1)
    quarter = torch.stack([zero, down, y, -across, zero, HEIGHT - x], 1)
    affine = torch.where(turned[:, None], quarter, plain).view(-1, 2, 3)
    affine = affine * constant((2 / WIDTH, 2 / HEIGHT), x.device).view(1, 2, 1)
    affine[:, :, 2] -= 1
    grid = F.affine_grid(affine, [len(x), 3, *shape], align_corners=False)
    pixels = photographs.pixels.float() / 255
    crops = F.grid_sample(pixels, grid, mode=mode, padding_mode="border", align_corners=False)
    return crops.clamp(0, 1) if mode == "bicubic" else crops
