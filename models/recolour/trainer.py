"""The gradients of one step of recolour."""

import torch
from torch import Tensor

from ddcolor.architecture import DDColor
from pictures.colour import lab_of_rgb
from pictures.film import old_film
from recolour.architecture import RecolourHead
from recolour.objective import flow_loss, random_draw
from recolour.recipe import Recipe
from recolour.seen import Seen, cells, look
from training.distributed import Ranks
from training.photographs import Photographs, random_crops
from training.trainer import Kind, NetworkTrainer


class Trainer(NetworkTrainer):
    """Trains a head on the features of an encoder, which stays as it is."""

    def __init__(
        self, head: RecolourHead, encoder: DDColor, recipe: Recipe, photographs: Photographs, ranks: Ranks
    ) -> None:
        if head.config.features != encoder.config.feature_channels:
            raise ValueError(
                f"the head takes {head.config.features} feature channels, and the encoder gives {encoder.config.feature_channels}"
            )
        super().__init__(head, recipe, photographs, ranks)
        self.encoder = encoder.to(ranks.device, memory_format=torch.channels_last)

    def find_gradients(self, kind: Kind) -> None:
        """Draws a batch and puts the head's gradients where they belong."""
        seen, ab = self._batch(kind)
        draw = random_draw(seen, ab, self.recipe.flow, self.recipe.hints)
        with self.watch("forward"), self.autocast():
            loss = flow_loss(self.network, draw)
        with self.watch("backward"):
            self.gradients.clear()
            loss.backward()
        self.sums.add({"loss": loss})

    @torch.no_grad()
    def _batch(self, kind: Kind) -> tuple[Seen, Tensor]:
        """What is seen of random crops, and their ab by the chroma scale [N, 2, h, w]."""
        phase, scale = kind.phase, self.recipe.flow.chroma_scale
        with self.watch("data"):
            rgb = random_crops(self.photographs, phase.batch, kind.shape, phase.scale)
            lab = lab_of_rgb(rgb)
            lightness = old_film(rgb, lab[:, :1], phase.film) if phase.film else lab[:, :1]
        with self.watch("encoder"), self.autocast():
            seen, _ = look(self.encoder, lightness, scale)
        return seen, cells(lab[:, 1:]) / scale
