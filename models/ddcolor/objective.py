"""What is trained: the network with its heads for distillation, and the loss of a batch."""

from contextlib import AbstractContextManager
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ddcolor import losses
from ddcolor.architecture import DDColor
from ddcolor.colour import rgb_of_lab
from ddcolor.discriminator import generator_loss
from ddcolor.perceptual import Perceptual, perceptual_distance
from ddcolor.recipe import Losses

#: Strides at which the encoder learns to know what the frozen network knows of the colour photograph.
DISTILLED = (8, 16, 32)


class TrainingNetwork(nn.Module):
    """DDColor, and a 1 × 1 convolution for each depth whose features are distilled.

    taught: channels of the frozen network's maps at strides 8, 16 and 32; empty: no distillation.
    """

    def __init__(self, network: DDColor, taught: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.network = network
        self.heads = nn.ModuleList([nn.Conv2d(k, c, 1) for k, c in zip(network.config.dims[1:], taught)])

    def forward(self, gray: Tensor, tables: tuple[Tensor, ...], watched: int) -> tuple[Tensor, list[Tensor]]:
        """ab [N, 2, H, W] and, of the first `watched` pictures, the guessed features at strides 8, 16, 32."""
        normalised = self.network.normalise(gray)
        stages = self.network.enc(normalised)
        ab = self.network.paint(*self.network.decode(stages, tables), normalised)
        return ab, [head(stage[:watched]) for head, stage in zip(self.heads, stages[1:])]


@dataclass
class Batch:
    """One batch. rgb, lightness, ab: of the photographs; gray: what the network sees, old film or not."""

    rgb: Tensor
    lightness: Tensor
    ab: Tensor
    gray: Tensor


class Objective:
    """The loss of the network's colours, term by term. In float32 but for the networks that judge."""

    def __init__(self, weights: Losses, colour_weights: Tensor, frozen: Perceptual | None) -> None:
        if frozen is None and (weights.perceptual or weights.distill):
            raise ValueError("losses.perceptual and losses.distill need a frozen network: --perceptual FILE")
        self.weights, self.colour_weights, self.frozen = weights, colour_weights, frozen

    def watched(self, count: int) -> int:
        """How many pictures of a batch the frozen network sees."""
        return min(count, self.weights.perceptual_batch or count)

    def terms(
        self, batch: Batch, ab: Tensor, guesses: list[Tensor], judge: Callable[[Tensor], Tensor] | None,
        watch: Callable[[str], AbstractContextManager],
    ) -> dict[str, Tensor]:
        """Each term that has a weight, before it is weighted. judge: the discriminator, once it takes part."""
        weights, found = self.weights, {}
        lit = losses.shadow_share(batch.lightness, weights.shadow)
        wanted = batch.ab * lit
        if weights.pixel:
            rarity = self.colour_weights[losses.colour_squares(batch.ab)][:, None]
            found["pixel"] = losses.pixel_loss(ab, wanted, torch.lerp(torch.ones_like(lit), rarity, lit))
        if weights.regional:
            found["regional"] = losses.regional_loss(ab, wanted)
        coloured = torch.cat([batch.lightness, ab], 1)
        rgb = rgb_of_lab(coloured)
        if weights.fidelity:
            found["fidelity"] = losses.fidelity_loss(rgb, batch.rgb)
        if weights.colourfulness:
            found["colourfulness"] = losses.colourfulness_loss(rgb, batch.rgb)
        if weights.perceptual or weights.distill:
            with watch("perceptual"):
                found |= self._watched_terms(batch.rgb, rgb, guesses)
        if judge is not None:
            with watch("adversarial"):
                count = weights.gan_batch or len(coloured)
                found["gan"] = generator_loss(judge(coloured[:count]))
        return found

    def total(self, terms: dict[str, Tensor], gan: float) -> Tensor:
        """The weighted sum. gan: 0–1, how far the adversarial term has risen."""
        factor = {name: getattr(self.weights, name) * (gan if name == "gan" else 1.0) for name in terms}
        return sum(terms[name] * factor[name] for name in terms)

    def _watched_terms(self, photographs: Tensor, rgb: Tensor, guesses: list[Tensor]) -> dict[str, Tensor]:
        count = self.watched(len(rgb))
        height, width = rgb.shape[2:]
        rows, columns = (window(side, self.weights.perceptual_side) for side in (height, width))
        with torch.no_grad():
            real = self.frozen(photographs[:count, :, rows, columns])
        found = {}
        if self.weights.perceptual:
            seen = self.frozen(rgb[:count, :, rows, columns])
            found["perceptual"] = perceptual_distance(seen, real).mean()
        if self.weights.distill:
            pairs = []
            for guess, stride in zip(guesses, DISTILLED):
                part = guess[:, :, _strided(rows, stride), _strided(columns, stride)]
                pairs.append(losses.alike_loss(part, real[stride]))
            found["distill"] = sum(pairs) / len(DISTILLED)
        return found


def window(side: int, most: int) -> slice:
    """A random stretch of at most `most` of a side, both multiples of 32, beginning at one.

    From the processor's generator, so that nothing waits for a GPU.
    """
    length = min(side, most)
    start = 32 * int(torch.randint((side - length) // 32 + 1, ()))
    return slice(start, start + length)


def _strided(stretch: slice, stride: int) -> slice:
    return slice(stretch.start // stride, stretch.stop // stride)
