"""The gradients of one step of repair."""

import torch

from pictures.colour import gray_of_lightness, lab_of_rgb
from pictures.film import old_film
from repair.damage import damage
from repair.objective import Batch, objective, weighted
from training.photographs import random_crops
from training.trainer import Kind, NetworkTrainer


class Trainer(NetworkTrainer):
    """Trains both networks of `repair.architecture.Repair` together, by a `repair.recipe.Recipe`."""

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
        rgb = random_crops(self.photographs, phase.batch, kind.shape, phase.scale)
        lightness = lab_of_rgb(rgb)[:, :1]
        seen = old_film(rgb, lightness, phase.film, is_damaged=False) if phase.film else lightness
        clean = gray_of_lightness(seen)[:, :1].contiguous()
        gray, mask = damage(clean, self.recipe.losses.undamaged)
        return Batch(2 * clean - 1, 2 * gray - 1, mask)
