"""What is trained: the network with its heads for distillation, and the loss of a batch."""

from contextlib import AbstractContextManager
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ddcolor import losses
from ddcolor.architecture import DDColor
from ddcolor.discriminator import generator_loss
from ddcolor.recipe import Losses
from pictures.colour import rgb_of_lab
from training.perceptual import Perceptual, perceptual_distance

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
        return max(1, round(count * self.weights.perceptual_share))

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
                found["gan"] = generator_loss(judge(coloured[: self.judged(len(coloured))]))
        return found

    def judged(self, count: int) -> int:
        """How many pictures of a batch the discriminator sees."""
        return max(1, round(count * self.weights.gan_share))

    def gradients(self, terms: dict[str, Tensor], leaves: list[Tensor], gan: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The weighted sum of the terms without the adversarial one, and the gradient on each leaf; ab is the first.

        The adversarial term pulls on ab with its weight times the strength of all others together
        (arXiv 2012.09841, equation 7): a discriminator that has learnt much pulls no harder than one
        that has learnt little. gan: 0–1, how far it has risen.
        """
        total = sum(term * getattr(self.weights, name) for name, term in terms.items() if name != "gan")
        found = list(torch.autograd.grad(total, leaves, retain_graph="gan" in terms))
        if "gan" in terms:
            (pull,) = torch.autograd.grad(terms["gan"], leaves[:1])
            strength = gan * self.weights.gan * found[0].norm() / pull.norm().clamp(min=1e-12)
            found[0] = found[0] + pull * strength
        return total.detach(), found

    def _watched_terms(self, photographs: Tensor, rgb: Tensor, guesses: list[Tensor]) -> dict[str, Tensor]:
        count = self.watched(len(rgb))
        with torch.no_grad():
            real = self.frozen(photographs[:count])
        found = {}
        if self.weights.perceptual:
            found["perceptual"] = perceptual_distance(self.frozen(rgb[:count]), real).mean()
        if self.weights.distill:
            pairs = [losses.alike_loss(guess, real[stride]) for guess, stride in zip(guesses, DISTILLED)]
            found["distill"] = sum(pairs) / len(DISTILLED)
        return found
