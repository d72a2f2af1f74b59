"""The loss of a batch: flow matching inside the damage, and finding it.

A latent is (1 − level) · clean + level · noise; its velocity along the level is noise − clean, which the
restorer's clean picture gives as (latent − clean) / level. Outside the damage there is no noise and no loss.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from repair.architecture import Repair, time_code
from repair.damage import LEAST_CHANGE, grown
from repair.interpolation import interpolated
from repair.recipe import Losses

#: The velocity's error is the clean picture's over the level: below this no level is drawn, and none is sampled.
LEAST_LEVEL = 0.1
#: Area, as a share of the picture, that is added to each damage's, so that specks do not weigh as much as tears.
EVEN = 0.01


@dataclass(frozen=True)
class Batch:
    """Pictures in −1…1 and mask 0 or 1, all [N, 1, H, W]: as they were, as they are, and where that differs."""

    clean: Tensor
    gray: Tensor
    mask: Tensor


def drawn_levels(count: int, mean_share: float, device: torch.device) -> Tensor:
    """Noise levels [N]: the first share of them 1, the others log-normal odds about the middle, as arXiv 2403.03206."""
    levels = torch.sigmoid(torch.randn(count, device=device) + 0.3).clamp(LEAST_LEVEL, 1.0)
    levels[: round(count * mean_share)] = 1.0
    return levels


def loosened(mask: Tensor) -> Tensor:
    """Masks as people paint and detectors find them: by none, one or two pixels larger than the damage."""
    once = grown(mask)
    draw = torch.rand(len(mask), 1, 1, 1, device=mask.device)
    return torch.where(draw < 0.4, mask, torch.where(draw < 0.75, once, grown(once)))


def objective(network: Repair, batch: Batch, weights: Losses) -> dict[str, Tensor]:
    """Each term before it is weighted. Draws levels, noise, masks, what is hidden and what the detector sees undamaged."""
    count, device = len(batch.gray), batch.gray.device
    mask = loosened(batch.mask)
    levels = drawn_levels(count, weights.mean_share, device)
    level, noise = levels[:, None, None, None], torch.randn_like(batch.clean)
    is_hidden = torch.rand(count, 1, 1, 1, device=device) < weights.hidden
    seen = torch.where(is_hidden & (mask > 0), 0.0, batch.gray)
    noisy = torch.where(mask > 0, torch.lerp(batch.clean, noise, level), seen)
    clean = network.restorer(noisy, seen, mask, interpolated(seen, mask), time_code(levels)).float()
    # The difference of velocities: the noise falls out.
    error = ((clean - batch.clean) * mask / level).square()
    inside = mask.mean((1, 2, 3))
    found = {"velocity": (error.mean((1, 2, 3)) / (inside + EVEN)).mean()}
    means = round(count * weights.mean_share)
    if weights.fidelity and means:
        # Levels span 2 where the peak is 1, hence the quarter.
        lost = error[:means].mean((1, 2, 3)) / (inside[:means] + EVEN) / 4
        found["fidelity"] = (lost + 1e-4).log10().mean()
    shown = partly_undamaged(batch, weights.undamaged)
    return found | detection_terms(network.detector(shown.gray).float(), shown)


def partly_undamaged(batch: Batch, share: float) -> Batch:
    """A batch of whose pictures a share is as it was: the detector must say that nothing is wrong with these."""
    is_whole = torch.rand(len(batch.gray), 1, 1, 1, device=batch.gray.device) < share
    return Batch(batch.clean, torch.where(is_whole, batch.clean, batch.gray), torch.where(is_whole, 0.0, batch.mask))


def detection_terms(logits: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Binary cross-entropy and soft Dice (arXiv 1606.04797). Damage that changed nothing to be seen does not count."""
    counts = 1 - batch.mask * ((batch.gray - batch.clean).abs() < 2 * LEAST_CHANGE).float()
    entropy = F.binary_cross_entropy_with_logits(logits, batch.mask, weight=counts)
    guess, truth = torch.sigmoid(logits) * counts, batch.mask * counts
    overlap = 2 * (guess * truth).sum() + 1
    return {"entropy": entropy, "dice": 1 - overlap / (guess.sum() + truth.sum() + 1)}


def weighted(terms: dict[str, Tensor], weights: Losses) -> Tensor:
    """The sum that is minimised."""
    return sum(term * getattr(weights, name) for name, term in terms.items())
