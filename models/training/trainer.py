"""One step of the training of one network, and all that a run must remember between two of them."""

import random
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass

import torch
from torch import nn

from training.average import Average
from training.distributed import Ranks
from training.gradients import FlatGradients
from training.optimiser import adamw, seed_step, set_rate, update
from training.photographs import Photographs
from training.recipe import Phase, Recipe
from training.recorder import Recorder
from training.schedule import rate_factor
from training.sums import Sums
from training.timing import Stopwatch


@dataclass(frozen=True)
class Kind:
    """What sort of step it is: steps of one kind are the same work on other numbers."""

    phase: Phase
    shape: tuple[int, int]


class NetworkTrainer(ABC):
    """Holds a network whose norms keep no statistics, its optimiser and its moving average; `step` makes one update.

    Randomness is a function of the recipe's seed, the rank and the step's number alone, so that a run
    that is resumed goes on as it would have.
    """

    def __init__(self, network: nn.Module, recipe: Recipe, photographs: Photographs, ranks: Ranks) -> None:
        device, wanted = ranks.device, recipe.optimiser
        self.recipe, self.photographs, self.ranks, self.step_number = recipe, photographs, ranks, 0
        self.watch, self.recorder, self.sums = Stopwatch(device), Recorder(device), Sums(device)
        self.network = network.to(device, memory_format=torch.channels_last).train()
        ranks.share(self.network)
        self.average = Average(self.network, wanted.average)
        self.gradients = FlatGradients(self.network)
        self.optimiser = adamw(self.network, wanted.rate, wanted.betas, wanted.weight_decay)

    @abstractmethod
    def find_gradients(self, kind: Kind) -> None:
        """Draws a batch, puts the network's gradients where they belong and adds the terms to `sums`. Recorded."""

    def step(self, progress: float) -> None:
        """One update. progress: 0–1 of the schedule, the same on every rank."""
        recipe, wanted = self.recipe, self.recipe.optimiser
        seed_step(recipe.seed, self.ranks.rank, self.step_number)
        set_rate(self.optimiser, wanted.rate * rate_factor(progress, wanted.warm_up, wanted.final))
        self.average.prepare(self.step_number + 1)
        phase = recipe.phase_at(progress)
        kind = Kind(phase, shape_of_step(recipe, phase, self.step_number))
        self.recorder(kind, lambda: self.find_gradients(kind))
        self.ranks.average(self.gradients.flat)
        self.recorder("update", self._update)
        self.step_number += 1

    def report(self, steps: int) -> dict[str, float]:
        """Means of the terms since the last report (`training.sums`)."""
        return self.sums.report(steps)

    def share_statistics(self) -> None:
        """There are none: nothing but gradients depends on a rank's own batches."""

    def state(self) -> dict:
        """All that a run needs to go on."""
        return {
            "recipe": asdict(self.recipe), "step": self.step_number, "network": self.network.state_dict(),
            "average": self.average.network.state_dict(), "optimiser": self.optimiser.state_dict(),
        }  # fmt: skip

    def load_state(self, state: dict) -> None:
        """Goes on from `state`. Raises ValueError where that is of another recipe."""
        refuse_other_recipe(state, self.recipe)
        self.step_number = state["step"]
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])

    def autocast(self) -> torch.autocast:
        """bfloat16 on a GPU, nothing on a processor."""
        device = self.ranks.device.type
        return torch.autocast(device, torch.bfloat16, enabled=device == "cuda")

    def _update(self) -> None:
        """The network goes along its gradients, and the average follows."""
        with self.watch("optimiser"):
            self.sums.add_update(*update(self.optimiser, self.gradients, self.recipe.optimiser.clip))
        with self.watch("average"):
            self.average.follow()


def shape_of_step(recipe: Recipe, phase: Phase, step: int) -> tuple[int, int]:
    """Drawn alike on every rank, so that none waits for a longer step."""
    return random.Random(recipe.seed * 1_000_003 + step).choice(phase.shapes)


def refuse_other_recipe(state: dict, recipe: Recipe) -> None:
    """Raises ValueError where a checkpoint is of another recipe."""
    if state["recipe"] != asdict(recipe):
        raise ValueError("the checkpoint is of another recipe: give the run another folder, or the recipe that it began with")
