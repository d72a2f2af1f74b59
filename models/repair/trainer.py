"""The gradients of one step of repair."""

import torch

from pictures.colour import gray_of_lightness, lab_of_rgb
from pictures.film import old_film
from repair.architecture import Block, Repair
from repair.damage import damage
from repair.objective import Batch, objective, weighted
from repair.recipe import Recipe
from training.distributed import Ranks
from training.photographs import Photographs, random_crops
from training.trainer import Kind, NetworkTrainer


class Trainer(NetworkTrainer):
    """Trains both networks of `repair.architecture.Repair` together, by a `repair.recipe.Recipe`.

    is_compiled: each block and the last norms by themselves; equal ones share their code, each new shape is compiled anew.
    """

    def __init__(
        self, network: Repair, recipe: Recipe, photographs: Photographs, ranks: Ranks, is_compiled: bool = False
    ) -> None:
        super().__init__(network, recipe, photographs, ranks)
        if is_compiled:
            torch._dynamo.config.recompile_limit = 64
            last = (network.restorer.unet.norm, network.detector.unet.norm)
            for module in (*(module for module in network.modules() if isinstance(module, Block)), *last):
                module.compile(dynamic=False)

    def find_gradients(self, kind: Kind) -> None:
        with self.watch("data"):
            batch = self._batch(kind)
        with self.watch("forward"), self.autocast():
            terms = objective(self.network, batch, self.recipe.losses)
            total = weighted(terms, self.recipe.losses)
        with self.watch("backward"):
            self.gradients.clear()
            total.backward()
        self.sums.add(terms | {"total": total, "area": batch.mask.mean()})

    @torch.no_grad()
    def _batch(self, kind: Kind) -> Batch:
        phase = kind.phase
        rgb = random_crops(self.photographs, phase.batch, kind.shape, phase.scale, "bicubic")
        if self.recipe.losses.upside_down:
            is_turned = torch.rand(len(rgb), 1, 1, 1, device=rgb.device) < self.recipe.losses.upside_down
            rgb = torch.where(is_turned, rgb.flip(2), rgb)
        lightness = lab_of_rgb(rgb)[:, :1]
        seen = old_film(rgb, lightness, phase.film, is_damaged=False) if phase.film else lightness
        clean = gray_of_lightness(seen)[:, :1].contiguous()
        gray, mask = damage(clean)
        return Batch(2 * clean - 1, 2 * gray - 1, mask)
