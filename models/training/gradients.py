"""The gradients of a module side by side in one tensor."""

import torch
from torch import Tensor, nn


class FlatGradients:
    """Gives each parameter a gradient that is a view of one tensor: one exchange, one norm, one clip.

    The gradients stay where they are; `clear` puts 0 in them, and backward passes add.
    """

    def __init__(self, module: nn.Module) -> None:
        parameters = list(module.parameters())
        self.flat = torch.zeros(sum(p.numel() for p in parameters), device=parameters[0].device)
        at = 0
        for parameter in parameters:
            parameter.grad = self.flat.as_strided(parameter.shape, parameter.stride(), at)
            at += parameter.numel()

    def clear(self) -> None:
        self.flat.zero_()

    def clip(self, most: float) -> Tensor:
        """Shortens the gradient to a norm of `most`; the norm that it had."""
        norm = self.flat.norm()
        self.flat.mul_((most / (norm + 1e-6)).clamp(max=1))
        return norm
