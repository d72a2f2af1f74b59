"""Colourings of photographs from seeds, as the app makes them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from recolour.architecture import HINT_PLANES, RecolourHead
from recolour.sampler import guided, sample
from recolour.seen import Seen


@dataclass(frozen=True)
class Settings:
    """How candidates are drawn.

    steps, shift: `sampler.times`. guidance: vividness; 1 leads nowhere, and costs half. temperature: the noise at the
    start is multiplied by it; less than 1 is less varied and nearer to the mean. gain: what is drawn is multiplied by it
    at the end; hints come out as they were given all the same.
    """

    steps: int = 4
    guidance: float = 1.0
    shift: float = 3.0
    temperature: float = 1.0
    gain: float = 1.0

    def __str__(self) -> str:
        return f"{self.steps} steps, guidance {self.guidance:g}, shift {self.shift:g}, temperature {self.temperature:g}, gain {self.gain:g}"


def noise_of(seed: int, count: int, height: int, width: int) -> Tensor:
    """Noise [N, 2, h, w] of a seed: the same on every machine, another for each picture."""
    return torch.randn(count, 2, height, width, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def candidates(head: RecolourHead, seen: Seen, settings: Settings, seeds: int, hints: Tensor | None = None) -> Tensor:
    """Lab ab [seeds, N, 2, h, w]. hints: [N, 3, h, w], by the chroma scale (`recolour.hints`)."""
    features, answer, lightness = seen.features.float(), seen.answer.float(), seen.lightness.float()
    count, _, height, width = features.shape
    device = features.device
    if hints is None:
        hints = torch.zeros(count, HINT_PLANES, height, width, device=device)
    elif settings.gain != 1:
        hints = torch.cat([hints[:, :2] / settings.gain, hints[:, 2:]], 1)
    known = torch.ones(count, 1, 1, 1, device=device)
    offered = head.condition(features, answer, lightness, hints, known)
    free = head.condition(features, answer, lightness, hints, 0 * known) if settings.guidance != 1 else offered
    field = guided(
        lambda noisy, time: head.velocity(noisy, time, offered),
        lambda noisy, time: head.velocity(noisy, time, free),
        settings.guidance,
    )
    found = []
    for seed in range(seeds):
        noise = noise_of(seed, count, height, width).to(device) * settings.temperature
        found.append(sample(field, noise, settings.steps, settings.shift) * (head.chroma_scale * settings.gain))
    return torch.stack(found)
