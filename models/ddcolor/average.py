"""The moving average of a network's weights, which is what is measured and kept."""

import copy

import torch
from torch import nn


class Average:
    """Follows a network; its own copy is always in eval mode. Running statistics are averaged too."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        """One step nearer. Early steps go further, so that a random start is soon forgotten."""
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(_floats(self.network), _floats(network), 1 - decay)


def _floats(network: nn.Module) -> list[torch.Tensor]:
    tensors = [*network.parameters(), *network.buffers()]
    return [t.detach() for t in tensors if t.is_floating_point()]
