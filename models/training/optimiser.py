"""The optimiser of a network, and an update that is left out where it is not finite."""

import torch
from torch import Tensor, nn

from training.gradients import FlatGradients


def adamw(module: nn.Module, rate: float, betas: tuple[float, float], decay: float) -> torch.optim.Optimizer:
    """AdamW; vectors (norms, biases, scales) do not decay. Rates are tensors, which recorded steps read."""
    device = next(module.parameters()).device
    wide = [p for p in module.parameters() if p.ndim > 1]
    narrow = [p for p in module.parameters() if p.ndim <= 1]
    groups = [
        {"params": part, "weight_decay": share, "lr": torch.tensor(rate, device=device)}
        for part, share in ((wide, decay), (narrow, 0.0))
        if part
    ]
    return torch.optim.AdamW(groups, betas=betas, fused=True, capturable=device.type == "cuda")


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"].fill_(rate)


def update(optimiser: torch.optim.Optimizer, gradients: FlatGradients, most: float) -> tuple[Tensor, Tensor]:
    """Clips the gradients to a norm of `most` and applies them; leaves the update out where they are not finite.

    Returns the norm, and 1 if left out. The optimiser itself reads `found_inf`, so nothing waits for the GPU.
    """
    norm = gradients.clip(most)
    optimiser.found_inf = (~torch.isfinite(norm)).float()
    optimiser.grad_scale = None
    optimiser.step()
    return norm, optimiser.found_inf


def seed_step(seed: int, rank: int, step: int) -> None:
    """Makes randomness a function of these three, so that a run that is resumed goes on as it would have."""
    torch.manual_seed(((seed * 4096 + rank) << 32) + step)
