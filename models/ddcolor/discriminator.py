"""The patch discriminator of the adversarial loss (arXiv 1611.07004), with spectral norm and hinge loss."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

#: Lab units that become about ±1.
SPAN = 50.0


class PatchDiscriminator(nn.Module):
    """Lab [N, 3, H, W] → one score for each patch [N, 1, H / 16, W / 16]; high for real colours."""

    def __init__(self, channels: int = 64) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for after in (channels, 2 * channels, 4 * channels, 8 * channels):
            layers += [spectral_norm(nn.Conv2d(before, after, 4, 2, 1)), nn.LeakyReLU(0.2)]
            before = after
        self.net = nn.Sequential(*layers, spectral_norm(nn.Conv2d(before, 1, 3, 1, 1)))

    def forward(self, lab: Tensor) -> Tensor:
        scaled = torch.cat([lab[:, :1] / SPAN - 1, lab[:, 1:] / SPAN], 1)
        return self.net(scaled.contiguous(memory_format=torch.channels_last)).float()


def discriminator_loss(scores: Tensor) -> Tensor:
    """Hinge (arXiv 1705.02894). The first half of the scores is of real pictures, the second of coloured ones."""
    real, coloured = scores.chunk(2)
    return F.relu(1 - real).mean() + F.relu(1 + coloured).mean()


def generator_loss(scores: Tensor) -> Tensor:
    return -scores.mean()


def gan_factor(progress: float, start: float, ramp: float) -> float:
    """0 before `start` + `ramp` (the discriminator's lead), then up to 1 over another `ramp`."""
    if progress < start + ramp:
        return 0.0
    return min(1.0, (progress - start - ramp) / ramp) if ramp > 0 else 1.0
