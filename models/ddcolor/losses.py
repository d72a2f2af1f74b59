"""The terms of the training loss that need no network. Colours are Lab; a is channel 0 of ab."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor

from pictures.colour import colourfulness

#: Colours are counted in squares of so many Lab units, so many each way.
SQUARE, SIDE = 10.0, 26
#: ab are divided by this before the smooth L1, which turns from square to line at half of it.
UNIT = 10.0
MOST_WEIGHT = 8.0


def colour_squares(ab: Tensor) -> Tensor:
    """Index of the square of each colour: ab [N, 2, H, W] → int64 [N, H, W]."""
    place = (ab / SQUARE + SIDE / 2).floor().clamp(0, SIDE - 1).long()
    return place[:, 0] * SIDE + place[:, 1]


def colour_weights(batches: Iterable[Tensor], strength: float) -> Tensor:
    """The weight of each square of colours, [SIDE²], rare ones more; the mean over the colours given is 1.

    As in arXiv 1603.08511: one over the share, mixed half and half with the even share, to the power
    of `strength` (0: all alike). batches: ab [N, 2, H, W] each.
    """
    count = sum(torch.bincount(colour_squares(ab).flatten(), minlength=SIDE**2).double() for ab in batches)
    share = count / count.sum()
    seen = share > 1e-6
    even = seen / seen.sum()
    weight = (0.5 * share + 0.5 * even).clamp(min=1e-6) ** -strength
    weight = (weight / (share * weight).sum()).clamp(max=MOST_WEIGHT)
    # A colour that was never seen weighs as much as the rarest that was.
    return torch.where(seen, weight, weight[seen].max()).float()


def shadow_share(lightness: Tensor, shadow: tuple[float, float]) -> Tensor:
    """0 where L* is below shadow[0], 1 above shadow[1], smooth between: [N, 1, H, W]."""
    low, high = shadow
    t = ((lightness - low) / max(high - low, 1e-3)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def pixel_loss(ab: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Smooth L1 of each pixel's ab, weighted: [N, 2, H, W] twice and [N, 1, H, W]."""
    return (F.smooth_l1_loss(ab / UNIT, target / UNIT, beta=0.5, reduction="none") * weight).mean()


def regional_loss(ab: Tensor, target: Tensor, cell: int = 16) -> Tensor:
    """The same of the mean colour of each square of `cell` pixels: casts and stains, not edges."""
    return F.smooth_l1_loss(F.avg_pool2d(ab, cell) / UNIT, F.avg_pool2d(target, cell) / UNIT, beta=0.5)


def fidelity_loss(rgb: Tensor, target: Tensor) -> Tensor:
    """Minus the PSNR of each picture, in tens of dB (arXiv 2105.06404): what evaluation means, in RGB 0–1.

    An even share of the error costs the same in every picture: nearly gray ones are kept from stains.
    """
    error = ((rgb - target) ** 2).mean((1, 2, 3))
    return (error + 1e-4).log10().mean()


def colourfulness_loss(rgb: Tensor, target: Tensor) -> Tensor:
    """How much less colourful the pictures are than the photographs, in hundreds; more costs nothing."""
    return F.relu(colourfulness(target) - colourfulness(rgb)).mean() / 100


def alike_loss(guess: Tensor, target: Tensor) -> Tensor:
    """1 − cosine of each position's channels; target is of unit length. For distillation of features."""
    return (1 - (F.normalize(guess.float(), dim=1, eps=1e-3) * target).sum(1)).mean()
