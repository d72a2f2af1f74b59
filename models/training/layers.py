"""Layers that keep half precision and channels-last memory."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NORM_EPSILON = 1e-6


def typed_as(parameter: Tensor, like: Tensor) -> Tensor:
    """The parameter in another's type, so that a sum or product of both stays as narrow as that is."""
    return parameter if parameter.dtype == like.dtype else parameter.to(like.dtype)


def layer_norm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: float) -> Tensor:
    """A layer norm over the last axis that keeps x's type: autocast would widen, and double, the result.

    The statistics are float32 inside the kernel whatever the type.
    """
    if not torch.is_autocast_enabled(x.device.type):
        return F.layer_norm(x, weight.shape, weight, bias, epsilon)
    with torch.autocast(x.device.type, enabled=False):
        return F.layer_norm(x, weight.shape, typed_as(weight, x), typed_as(bias, x), epsilon)


class LayerNorm(nn.LayerNorm):
    """Over the last axis."""

    def forward(self, x: Tensor) -> Tensor:
        return layer_norm(x, self.weight, self.bias, self.eps)


class ChannelNorm(nn.LayerNorm):
    """Over the channels of [N, C, H, W]. In channels-last memory both permutations are views."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=NORM_EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        return layer_norm(x.permute(0, 2, 3, 1), self.weight, self.bias, self.eps).permute(0, 3, 1, 2)
