"""What the frozen DDColor offers of a photograph: the conditions of the head but for the hints."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ddcolor.architecture import DDColor, position_tables
from ddcolor.warm_start import network_of_folder
from ddcolor.weights import network_of
from pictures.colour import gray_of_lightness
from recolour.architecture import CELL
from training.checkpoint import load


@dataclass(frozen=True)
class Seen:
    """features [N, C, h, w] and answer [N, 2, h, w] (by the chroma scale), as `RecolourHead.condition` takes them, and
    lightness [N, 1, h, w], L* / 100."""

    features: Tensor
    answer: Tensor
    lightness: Tensor

    def __len__(self) -> int:
        return len(self.features)

    def repeated(self, times: int) -> "Seen":
        """Each picture so many times, one after the other."""
        return Seen(*(t.repeat_interleave(times, 0) for t in (self.features, self.answer, self.lightness)))


def opened_encoder(place: Path) -> DDColor:
    """The DDColor of a packed model folder (what ships, int8 weights restored) or of a weights.pt, frozen."""
    network = network_of(load(place)) if place.is_file() else network_of_folder(place)
    return network.eval().requires_grad_(False)


@torch.no_grad()
def look(encoder: DDColor, lightness: Tensor, chroma_scale: float) -> tuple[Seen, Tensor]:
    """What is seen of photographs in gray, and the single answer's ab [N, 2, H, W] in Lab units.

    lightness: L* 0–100 [N, 1, H, W], sides multiples of 32.
    """
    gray = gray_of_lightness(lightness).contiguous(memory_format=torch.channels_last)
    tables = _tables(*lightness.shape[2:], encoder.config.table_channels, lightness.device)
    features, kernel, normalised = encoder.encode(gray, tables)
    ab = encoder.paint(features, kernel, normalised).float()
    return Seen(features, cells(ab) / chroma_scale, cells(lightness) / 100), ab


def cells(planes: Tensor) -> Tensor:
    """[N, C, H, W] → the mean over each cell of 4 × 4 pixels [N, C, H / 4, W / 4]."""
    return F.avg_pool2d(planes, CELL)


@lru_cache(maxsize=16)
def _tables(height: int, width: int, channels: int, device: torch.device) -> tuple[Tensor, ...]:
    return tuple(table.to(device) for table in position_tables(height, width, channels))
