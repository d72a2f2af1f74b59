"""One step of training, and all that a run must remember between two of them."""

import random
from dataclasses import asdict, dataclass

import torch

from pictures.colour import gray_of_lightness, lab_of_rgb
from pictures.film import old_film
from repair.architecture import Repair
from repair.damage import damage
from repair.objective import Batch, objective, weighted
from repair.recipe import Phase, Recipe
from training.average import Average
from training.distributed import Ranks
from training.gradients import FlatGradients
from training.optimiser import adamw, seed_step, set_rate, update
from training.photographs import Photographs, random_crops
from training.recorder import Recorder
from training.schedule import rate_factor
from training.sums import Sums
from training.timing import Stopwatch


@dataclass(frozen=True)
class Kind:
    """What sort of step it is: steps of one kind are the same work on other numbers."""

    phase: Phase
    shape: tuple[int, int]


class Trainer:
    """Holds both networks, their optimiser and their moving average; `step` makes one update.

    Randomness is a function of the recipe's seed, the rank and the step's number alone, so that a run
    that is resumed goes on as it would have.
    """

    def __init__(self, network: Repair, recipe: Recipe, photographs: Photographs, ranks: Ranks) -> None:
        device = ranks.device
        self.recipe, self.photographs, self.ranks, self.step_number = recipe, photographs, ranks, 0
        self.watch, self.recorder = Stopwatch(device), Recorder(device)
        self.network = network.to(device, memory_format=torch.channels_last)
        ranks.share(self.network)
        wanted = recipe.optimiser
        self.average = Average(self.network, wanted.average)
        self.gradients = FlatGradients(self.network)
        self.optimiser = adamw(self.network, wanted.rate, wanted.betas, wanted.weight_decay)
        self.sums = Sums(device)

    def step(self, progress: float) -> None:
        """One update. progress: 0–1 of the schedule, the same on every rank."""
        recipe, wanted = self.recipe, self.recipe.optimiser
        seed_step(recipe.seed, self.ranks.rank, self.step_number)
        set_rate(self.optimiser, wanted.rate * rate_factor(progress, wanted.warm_up, wanted.final))
        self.average.prepare(self.step_number + 1)
        self.network.train()
        phase = recipe.phase_at(progress)
        # Shapes are drawn alike on every rank, so that none waits for a longer step.
        kind = Kind(phase, random.Random(recipe.seed * 1_000_003 + self.step_number).choice(phase.shapes))
        self.recorder(kind, lambda: self._find_gradients(kind))
        self.ranks.average(self.gradients.flat)
        self.recorder("update", self._update)
        self.step_number += 1

    def report(self, steps: int) -> dict[str, float]:
        """Means of the terms since the last report (`training.sums`)."""
        return self.sums.report(steps)

    def share_statistics(self) -> None:
        """There are none: no norm keeps statistics."""

    def state(self) -> dict:
        """All that a run needs to go on."""
        return {
            "recipe": asdict(self.recipe), "step": self.step_number, "network": self.network.state_dict(),
            "average": self.average.network.state_dict(), "optimiser": self.optimiser.state_dict(),
        }  # fmt: skip

    def load_state(self, state: dict) -> None:
        """Goes on from `state`. Raises ValueError where that is of another recipe."""
        if state["recipe"] != asdict(self.recipe):
            raise ValueError("the checkpoint is of another recipe: give the run another folder, or the recipe that it began with")
        self.step_number = state["step"]
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])

    def _find_gradients(self, kind: Kind) -> None:
        with self.watch("data"):
            batch = self._batch(kind)
        kind_of_device = self.ranks.device.type
        half = torch.autocast(kind_of_device, torch.bfloat16, enabled=kind_of_device == "cuda")
        with self.watch("forward"), half:
            terms = objective(self.network, batch, self.recipe.losses)
            total = weighted(terms, self.recipe.losses)
        with self.watch("backward"):
            self.gradients.clear()
            total.backward()
        self.sums.add(terms | {"total": total, "area": batch.mask.mean()})

    def _update(self) -> None:
        with self.watch("optimiser"):
            self.sums.add_update(*update(self.optimiser, self.gradients, self.recipe.optimiser.clip))
        with self.watch("average"):
            self.average.follow()

    @torch.no_grad()
    def _batch(self, kind: Kind) -> Batch:
        phase = kind.phase
        rgb = random_crops(self.photographs, phase.batch, kind.shape, phase.scale)
        lightness = lab_of_rgb(rgb)[:, :1]
        seen = old_film(rgb, lightness, phase.film, is_damaged=False) if phase.film else lightness
        clean = gray_of_lightness(seen)[:, :1].contiguous()
        gray, mask = damage(clean, self.recipe.losses.undamaged)
        return Batch(2 * clean - 1, 2 * gray - 1, mask)
