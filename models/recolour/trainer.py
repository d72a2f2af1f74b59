"""One step of training, and all that a run must remember between two of them."""

import random
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from ddcolor.architecture import DDColor
from pictures.colour import lab_of_rgb
from pictures.film import old_film
from recolour.architecture import RecolourHead
from recolour.objective import flow_loss, random_draw
from recolour.recipe import Phase, Recipe
from recolour.seen import Seen, cells, look
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
    """Holds the head, its optimiser and the moving average; `step` makes one update. The encoder stays as it is.

    Randomness is a function of the recipe's seed, the rank and the step's number alone, so that a run
    that is resumed goes on as it would have.
    """

    def __init__(
        self, head: RecolourHead, encoder: DDColor, recipe: Recipe, photographs: Photographs, ranks: Ranks
    ) -> None:
        if head.config.features != encoder.config.feature_channels:
            raise ValueError(
                f"the head takes {head.config.features} feature channels, and the encoder gives {encoder.config.feature_channels}"
            )
        device = ranks.device
        self.recipe, self.photographs, self.ranks, self.step_number = recipe, photographs, ranks, 0
        self.watch, self.recorder, self.sums = Stopwatch(device), Recorder(device), Sums(device)
        self.encoder = encoder.to(device, memory_format=torch.channels_last)
        self.head = head.to(device, memory_format=torch.channels_last).train()
        ranks.share(self.head)
        self.average = Average(self.head, recipe.optimiser.average)
        self.gradients = FlatGradients(self.head)
        wanted = recipe.optimiser
        self.optimiser = adamw(self.head, wanted.rate, wanted.betas, wanted.weight_decay)

    def step(self, progress: float) -> None:
        """One update. progress: 0–1 of the schedule, the same on every rank."""
        recipe, wanted = self.recipe, self.recipe.optimiser
        seed_step(recipe.seed, self.ranks.rank, self.step_number)
        set_rate(self.optimiser, wanted.rate * rate_factor(progress, wanted.warm_up, wanted.final))
        self.average.prepare(self.step_number + 1)
        phase = recipe.phase_at(progress)
        # Shapes are drawn alike on every rank, so that none waits for a longer step.
        shape = random.Random(recipe.seed * 1_000_003 + self.step_number).choice(phase.shapes)
        kind = Kind(phase, shape)
        self.recorder(kind, lambda: self._find_gradients(kind))
        self.ranks.average(self.gradients.flat)
        self.recorder("update", self._update)
        self.step_number += 1

    def report(self, steps: int) -> dict[str, float]:
        """Means since the last report (`training.sums`)."""
        return self.sums.report(steps)

    def share_statistics(self) -> None:
        """Nothing here depends on a rank's own batches but the gradients."""

    def state(self) -> dict:
        """All that a run needs to go on."""
        return {
            "recipe": asdict(self.recipe), "step": self.step_number, "head": self.head.state_dict(),
            "average": self.average.network.state_dict(), "optimiser": self.optimiser.state_dict(),
        }  # fmt: skip

    def load_state(self, state: dict) -> None:
        """Goes on from `state`. Raises ValueError where that is of another recipe."""
        if state["recipe"] != asdict(self.recipe):
            raise ValueError("the checkpoint is of another recipe: give the run another folder, or the recipe that it began with")
        self.step_number = state["step"]
        self.head.load_state_dict(state["head"])
        self.average.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])

    def _find_gradients(self, kind: Kind) -> None:
        """Draws a batch and puts the head's gradients where they belong."""
        seen, ab = self._batch(kind)
        draw = random_draw(seen, ab, self.recipe.flow, self.recipe.hints)
        with self.watch("forward"), self._autocast():
            loss = flow_loss(self.head, draw)
        with self.watch("backward"):
            self.gradients.clear()
            loss.backward()
        self.sums.add({"loss": loss})

    def _update(self) -> None:
        """The head goes along its gradients, and the average follows."""
        with self.watch("optimiser"):
            self.sums.add_update(*update(self.optimiser, self.gradients, self.recipe.optimiser.clip))
            self.average.follow()

    @torch.no_grad()
    def _batch(self, kind: Kind) -> tuple[Seen, Tensor]:
        """What is seen of random crops, and their ab by the chroma scale [N, 2, h, w]."""
        phase, scale = kind.phase, self.recipe.flow.chroma_scale
        with self.watch("data"):
            rgb = random_crops(self.photographs, phase.batch, kind.shape, phase.scale)
            lab = lab_of_rgb(rgb)
            lightness = old_film(rgb, lab[:, :1], phase.film) if phase.film else lab[:, :1]
        with self.watch("encoder"), self._autocast():
            seen, _ = look(self.encoder, lightness, scale)
        return seen, cells(lab[:, 1:]) / scale

    def _autocast(self) -> torch.autocast:
        device = self.ranks.device.type
        return torch.autocast(device, torch.bfloat16, enabled=device == "cuda")
