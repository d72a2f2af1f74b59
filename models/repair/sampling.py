"""Fills damage in a few steps: Euler along the straight path from noise (arXiv 2209.03003, 2210.02747).

The estimate of each step may be the mean of mirrored views (self-ensemble, arXiv 1511.02228).
"""

import torch
from torch import Tensor

from repair.architecture import Restorer, time_code
from repair.interpolation import interpolated


#: Sides that each view mirrors, the first views first.
VIEWS: tuple[tuple[int, ...], ...] = ((), (3,), (2,), (2, 3))


@torch.no_grad()
def restore(restorer: Restorer, gray: Tensor, mask: Tensor, steps: int, noise: Tensor, views: int = 1) -> Tensor:
    """The repaired picture [N, 1, H, W] in −1…1; where mask is 0 it is `gray`, bit by bit.

    One step is the mean of all that could be there, which errs least; more steps choose one of them.
    gray: −1…1; mask: 0 or 1; noise: standard normal; all [N, 1, H, W]. views: 1, 2 or 4.
    """
    is_damaged = mask > 0
    latent = torch.where(is_damaged, noise, gray)
    base = interpolated(gray, mask)
    for step in range(steps):
        level, after = 1 - step / steps, 1 - (step + 1) / steps
        time = time_code(torch.full((len(gray),), level, device=gray.device))
        clean = torch.zeros_like(gray)
        for sides in VIEWS[:views]:
            seen = (plane.flip(sides) for plane in (latent, gray, mask, base))
            clean += restorer(*seen, time).float().flip(sides) / views
        latent = torch.where(is_damaged, clean + (latent - clean) * (after / level), gray)
    return torch.where(is_damaged, latent.clamp(-1, 1), gray)
