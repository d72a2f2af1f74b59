"""Colour hints as a person might give them, drawn from the true colours.

A hint is a spot (one cell or a small square) with one colour, the mean of what lies under it; or a rectangle
whose own colours are kept, as a region that is locked while the rest is drawn anew.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

#: A spot reaches so many cells from its middle, and no further: squares of 1, 3 and 5.
FARTHEST = 2


@dataclass(frozen=True)
class Hints:
    """How often, and how many."""

    #: Share of the pictures that get any.
    share: float = 0.5
    #: Most spots on one picture; there is one at least.
    most: int = 12
    #: Share of the hinted pictures that keep a rectangle besides.
    locked: float = 0.15

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or not 0 <= self.locked <= 1 or self.most < 1:
            raise ValueError("hints.share and hints.locked are shares 0–1, and hints.most is 1 or more")


def spots(ab: Tensor, rows: Tensor, columns: Tensor, reach: Tensor, counts: Tensor) -> Tensor:
    """Hints [N, 3, h, w]: a, b and where they hold. Where spots overlap, the mean of their colours.

    ab: [N, 2, h, w], in any unit. rows, columns, reach: int64 [N, K], of each spot its middle and how far it goes.
    counts: bool [N, K], which spots there are.
    """
    height, width = ab.shape[2:]
    down = (torch.arange(height, device=ab.device) - rows[..., None]).abs() <= reach[..., None]
    across = (torch.arange(width, device=ab.device) - columns[..., None]).abs() <= reach[..., None]
    where = (down[..., None] & across[..., None, :] & counts[..., None, None]).to(ab.dtype)
    cells = where.sum((2, 3)).clamp(min=1)
    colours = torch.einsum("nkhw,nchw->nkc", where, ab) / cells[..., None]
    there = where.sum(1, keepdim=True)
    spread = torch.einsum("nkhw,nkc->nchw", where, colours) / there.clamp(min=1)
    return torch.cat([spread, there.clamp(max=1)], 1)


def random_hints(ab: Tensor, wanted: Hints) -> Tensor:
    """Hints [N, 3, h, w] of pictures ab [N, 2, h, w], by the global generator of their device."""
    count, _, height, width = ab.shape
    random = torch.rand(3, count, wanted.most, device=ab.device)
    rows, columns = (random[0] * height).long(), (random[1] * width).long()
    reach = (random[2] * (FARTHEST + 1)).long()
    has_any, number, locks = torch.rand(3, count, 1, device=ab.device)
    hinted = has_any < wanted.share
    order = torch.arange(wanted.most, device=ab.device)
    found = spots(ab, rows, columns, reach, hinted & (order <= (number * wanted.most).long()))
    rectangle = _rectangles(count, height, width, ab.device) * (hinted & (locks < wanted.locked))[..., None, None]
    kept = torch.cat([ab, torch.ones_like(ab[:, :1])], 1)
    return torch.where(rectangle > 0, kept, found)


def _rectangles(count: int, height: int, width: int, device: torch.device) -> Tensor:
    """1 inside a random rectangle of a quarter to three quarters of each side, [N, 1, h, w]."""
    random = torch.rand(2, 2, count, 1, device=device)

    def inside(length: int, random: Tensor) -> Tensor:
        long = length * (0.25 + 0.5 * random[0])
        start = (length - long) * random[1]
        place = torch.arange(length, device=device) + 0.5
        return ((place >= start) & (place < start + long)).float()

    return (inside(height, random[0])[:, :, None] * inside(width, random[1])[:, None, :])[:, None]
