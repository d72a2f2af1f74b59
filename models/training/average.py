"""The moving average of a network's weights, which is what is measured and kept."""

import copy

import torch
from torch import Tensor, nn


class Average:
    """Follows a network; its own copy is always in eval mode. Running statistics are averaged too."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        self._mine, self._theirs = _floats(self.network), _floats(network)
        self._pull = torch.zeros((), device=self._mine[0].device)

    def prepare(self, step: int) -> None:
        """How far the next `follow` goes. Early steps go further, so that a random start is soon forgotten."""
        self._pull.fill_(1 - min(self.decay, (1 + step) / (10 + step)))

    @torch.no_grad()
    def follow(self) -> None:
        """One step nearer."""
        way = torch._foreach_sub(self._theirs, self._mine)
        torch._foreach_mul_(way, self._pull)
        torch._foreach_add_(self._mine, way)


def _floats(network: nn.Module) -> list[Tensor]:
    tensors = [*network.parameters(), *network.buffers()]
    return [t.detach() for t in tensors if t.is_floating_point()]
