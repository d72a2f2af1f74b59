"""One step of training, and all that a run must remember between two of them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from ddcolor import losses
from ddcolor.architecture import Block, ColourLayer, DDColor, Fuse, position_tables
from ddcolor.discriminator import PatchDiscriminator, discriminator_loss, gan_factor
from ddcolor.objective import DISTILLED, Batch, Objective, TrainingNetwork
from ddcolor.recipe import Recipe
from pictures.colour import gray_of_lightness, lab_of_rgb
from pictures.film import old_film
from training import trainer
from training.average import Average
from training.distributed import Ranks
from training.gradients import FlatGradients
from training.optimiser import adamw, seed_step, set_rate, update
from training.perceptual import Perceptual
from training.photographs import Photographs, random_crops
from training.recorder import Recorder
from training.schedule import rate_factor
from training.sums import Sums
from training.timing import Stopwatch
from training.trainer import refuse_other_recipe, shape_of_step


@dataclass(frozen=True)
class Kind(trainer.Kind):
    trains_judge: bool
    is_judged: bool
    norms_are_frozen: bool


class Trainer:
    """Holds networks, optimisers and the moving average; `step` makes one update.

    Randomness is a function of the recipe's seed, the rank and the step's number alone, so that a run
    that is resumed goes on as it would have. Ranks share gradients once a step, statistics of batch
    norms now and then.
    """

    def __init__(
        self, network: DDColor, recipe: Recipe, photographs: Photographs, frozen: Perceptual | None, ranks: Ranks,
        compiled: str = "none",
    ) -> None:
        device = ranks.device
        self.recipe, self.photographs, self.ranks, self.step_number = recipe, photographs, ranks, 0
        self.watch, self.recorder = Stopwatch(device), Recorder(device)
        taught = taught_channels(frozen) if recipe.losses.distill and frozen else ()
        seed_step(recipe.seed, 0, 0)
        self.training = TrainingNetwork(network, taught).to(device, memory_format=torch.channels_last)
        ranks.share(self.training)
        self.average = Average(self.training.network, recipe.optimiser.average)
        compile_parts(self.training, compiled)
        self.film = torch.compile(old_film, dynamic=False) if compiled != "none" else old_film
        wanted = recipe.optimiser
        self.gradients = FlatGradients(self.training)
        self.optimiser = adamw(self.training, wanted.rate, wanted.betas, wanted.weight_decay)
        self.discriminator = None
        if recipe.losses.gan:
            self.discriminator = PatchDiscriminator().to(device, memory_format=torch.channels_last)
            ranks.share(self.discriminator)
            self.judge_gradients = FlatGradients(self.discriminator)
            self.judge_optimiser = adamw(self.discriminator, wanted.gan_rate, (0.5, 0.99), 0.0)
        weights = losses.colour_weights(sampled_colours(photographs), recipe.losses.rebalance)
        self.objective = Objective(recipe.losses, weights, frozen)
        self.half = device.type == "cuda"
        self.sums = Sums(device)
        self.gan = torch.zeros((), device=device)
        self.norms_are_frozen = False

    def step(self, progress: float) -> None:
        """One update of all networks. progress: 0–1 of the schedule, the same on every rank."""
        kind = self._prepare(progress)
        self.recorder(kind, lambda: self._find_gradients(kind))
        self.ranks.average(self.gradients.flat)
        if kind.trains_judge:
            self.ranks.average(self.judge_gradients.flat)
        self.recorder(kind.trains_judge, lambda: self._update(kind.trains_judge))
        self.step_number += 1

    def report(self, steps: int) -> dict[str, float]:
        """Means of the terms since the last report (`training.sums`)."""
        return self.sums.report(steps)

    def share_statistics(self) -> None:
        """The same batch norm statistics on every rank: the mean."""
        norms = [m for m in self.training.modules() if isinstance(m, nn.BatchNorm2d)]
        self.ranks.average_all([t for norm in norms for t in (norm.running_mean, norm.running_var)])

    def state(self) -> dict:
        """All that a run needs to go on."""
        found = {
            "recipe": asdict(self.recipe), "step": self.step_number, "network": self.training.state_dict(),
            "average": self.average.network.state_dict(), "optimiser": self.optimiser.state_dict(),
            "colourWeights": self.objective.colour_weights,
        }
        if self.discriminator:
            found |= {"discriminator": self.discriminator.state_dict(), "judgeOptimiser": self.judge_optimiser.state_dict()}
        return found

    def load_state(self, state: dict) -> None:
        """Goes on from `state`. Raises ValueError where that is of another recipe."""
        refuse_other_recipe(state, self.recipe)
        self.step_number = state["step"]
        self.training.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.objective.colour_weights = state["colourWeights"].to(self.ranks.device)
        if self.discriminator:
            self.discriminator.load_state_dict(state["discriminator"])
            self.judge_optimiser.load_state_dict(state["judgeOptimiser"])

    def _prepare(self, progress: float) -> Kind:
        """Randomness, rate, norms and other numbers of this step, and of what kind it is."""
        recipe, wanted = self.recipe, self.recipe.optimiser
        seed_step(recipe.seed, self.ranks.rank, self.step_number)
        rate = wanted.rate * rate_factor(progress, wanted.warm_up, wanted.final)
        set_rate(self.optimiser, rate)
        self.average.prepare(self.step_number + 1)
        self.training.train()
        freeze = progress >= wanted.freeze_norms
        if freeze and not self.norms_are_frozen:
            self.share_statistics()
        self.norms_are_frozen = freeze
        if freeze:
            for module in self.training.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        phase = recipe.phase_at(progress)
        shape = shape_of_step(recipe, phase, self.step_number)
        gan = gan_factor(progress, recipe.losses.gan_start, recipe.losses.gan_ramp) if self.discriminator else 0.0
        self.gan.fill_(gan)
        trains_judge = self.discriminator is not None and progress >= recipe.losses.gan_start
        return Kind(phase, shape, trains_judge, gan > 0, freeze)

    def _find_gradients(self, kind: Kind) -> None:
        """Draws a batch and puts the gradients of all networks where they belong."""
        with self.watch("data"):
            batch = self._batch(kind)
        count = len(batch.gray)
        with self.watch("forward"), self._autocast():
            tables = _tables(*kind.shape, self.training.network.config.table_channels, self.ranks.device)
            ab, guesses = self.training(batch.gray, tables, self.objective.watched(count))
            ab = ab.float()
        with self.watch("losses"):
            # Leaves, so that the terms' gradients can be weighed before they go through the network, once.
            leaves = [t.detach().requires_grad_() for t in (ab, *guesses)]
            terms = self.objective.terms(batch, leaves[0], leaves[1:], self._judge if kind.is_judged else None, self.watch)
            total, found = self.objective.gradients(terms, leaves, self.gan)
        with self.watch("backward"):
            self.gradients.clear()
            torch.autograd.backward([ab, *guesses], found)
        if kind.trains_judge:
            with self.watch("discriminator"):
                terms["discriminator"] = self._discriminator_gradients(batch, leaves[0].detach())
        self.sums.add(terms | {"total": total})

    def _update(self, trains_judge: bool) -> None:
        """All networks go along their gradients, and the average follows."""
        most = self.recipe.optimiser.clip
        with self.watch("optimiser"):
            norm, spoilt = update(self.optimiser, self.gradients, most)
            if trains_judge:
                spoilt = spoilt + update(self.judge_optimiser, self.judge_gradients, most)[1]
        with self.watch("average"):
            self.average.follow()
        self.sums.add_update(norm, spoilt)

    def _batch(self, kind: Kind) -> Batch:
        phase = kind.phase
        with torch.no_grad():
            rgb = random_crops(self.photographs, phase.batch, kind.shape, phase.scale)
            lab = lab_of_rgb(rgb)
            seen = self.film(rgb, lab[:, :1], phase.film) if phase.film else lab[:, :1]
            gray = gray_of_lightness(seen).contiguous(memory_format=torch.channels_last)
        return Batch(rgb, lab[:, :1], lab[:, 1:], gray)

    def _judge(self, lab: Tensor) -> Tensor:
        """The discriminator's scores, for the network's gradient only."""
        self.discriminator.requires_grad_(False)
        with self._autocast():
            scores = self.discriminator(lab)
        self.discriminator.requires_grad_(True)
        return scores

    def _discriminator_gradients(self, batch: Batch, ab: Tensor) -> Tensor:
        count = self.objective.judged(len(ab))
        real = torch.cat([batch.lightness, batch.ab], 1)[:count]
        coloured = torch.cat([batch.lightness, ab], 1)[:count]
        with self._autocast():
            scores = self.discriminator(torch.cat([real, coloured]))
        loss = discriminator_loss(scores)
        self.judge_gradients.clear()
        loss.backward()
        return loss

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.ranks.device.type, torch.bfloat16, enabled=self.half)


@torch.no_grad()
def sampled_colours(photographs: Photographs, step: int = 8, together: int = 512) -> Iterator[Tensor]:
    """ab of every `step`th pixel of every photograph both ways: [1, 2, 1, K] at a time."""
    columns = torch.arange(0, photographs.pixels.shape[3], step, device=photographs.pixels.device)
    for at in range(0, len(photographs), together):
        rgb = photographs.pixels[at : at + together, :, ::step, ::step].float() / 255
        inside = columns < photographs.width[at : at + together, None]
        ab = lab_of_rgb(rgb)[:, 1:].permute(1, 0, 3, 2)[:, inside]
        yield ab.reshape(1, 2, 1, -1)


def taught_channels(frozen: Perceptual) -> tuple[int, ...]:
    """Channels of the frozen network's maps at the strides that are distilled."""
    parameter = next(frozen.buffers())
    maps = frozen(torch.zeros(1, 3, 64, 64, device=parameter.device))
    return tuple(maps[stride].shape[1] for stride in DISTILLED)


def compile_parts(training: TrainingNetwork, wanted: str) -> None:
    """Compiles nothing, each block by itself (seconds: equal blocks share their code), or the network as one."""
    torch._dynamo.config.recompile_limit = 64
    if wanted == "network":
        training.compile(dynamic=False)
    elif wanted == "blocks":
        for module in training.modules():
            if isinstance(module, (Block, Fuse, ColourLayer)):
                module.compile(dynamic=False)


@lru_cache(maxsize=16)
def _tables(height: int, width: int, channels: int, device: torch.device) -> tuple[Tensor, ...]:
    return tuple(table.to(device) for table in position_tables(height, width, channels))
