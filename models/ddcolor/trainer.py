"""One step of training, and all that a run must remember between two of them."""

import random
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache

import torch
from torch import Tensor, nn

from ddcolor import losses
from ddcolor.architecture import Block, ColourLayer, DDColor, Fuse, position_tables
from ddcolor.average import Average
from ddcolor.colour import gray_of_lightness, lab_of_rgb
from ddcolor.data import Photographs, random_crops
from ddcolor.discriminator import PatchDiscriminator, discriminator_loss
from ddcolor.distributed import Ranks
from ddcolor.film import old_film
from ddcolor.objective import DISTILLED, Batch, Objective, TrainingNetwork
from ddcolor.perceptual import Perceptual
from ddcolor.recipe import Phase, Recipe
from ddcolor.schedule import gan_factor, rate_factor
from ddcolor.timing import Stopwatch


class Trainer:
    """Holds networks, optimisers and the moving average; `step` makes one update.

    Randomness is a function of the recipe's seed, the rank and the step's number alone, so that a run
    that is resumed goes on as it would have.
    """

    def __init__(
        self, network: DDColor, recipe: Recipe, photographs: Photographs, frozen: Perceptual | None, ranks: Ranks,
        compiled: str = "none",
    ) -> None:
        device = ranks.device
        self.recipe, self.photographs, self.ranks, self.step_number = recipe, photographs, ranks, 0
        self.watch = Stopwatch(device)
        taught = taught_channels(frozen) if recipe.losses.distill and frozen else ()
        _seed(recipe.seed, 0, 0)
        self.training = TrainingNetwork(network, taught).to(device, memory_format=torch.channels_last)
        self.average = Average(self.training.network, recipe.optimiser.average)
        self.discriminator = PatchDiscriminator().to(device, memory_format=torch.channels_last) if recipe.losses.gan else None
        compile_parts(self.training, compiled)
        self.film = torch.compile(old_film, dynamic=False) if compiled != "none" else old_film
        self.run = ranks.parallel(self.training)
        self.judge_run = ranks.parallel(self.discriminator) if self.discriminator else None
        self.optimiser = _optimiser(self.training, recipe.optimiser.rate, recipe.optimiser.betas, recipe.optimiser.weight_decay)
        self.judge_optimiser = _optimiser(self.discriminator, recipe.optimiser.gan_rate, (0.5, 0.99), 0.0) if self.discriminator else None
        weights = losses.colour_weights(sampled_colours(photographs), recipe.losses.rebalance)
        self.objective = Objective(recipe.losses, weights, frozen)
        self.half = device.type == "cuda"
        self.sums: dict[str, Tensor] = {}
        self.spoilt = torch.zeros((), device=device)
        self.norms_are_frozen = False

    def step(self, progress: float) -> None:
        """One update of all networks. progress: 0–1 of the schedule, the same on every rank."""
        recipe, phase = self.recipe, self.recipe.phase_at(progress)
        self._prepare(progress)
        with self.watch("data"):
            batch = self._batch(phase)
        count = len(batch.gray)
        gan = gan_factor(progress, recipe.losses.gan_start, recipe.losses.gan_ramp) if self.discriminator else 0.0
        with self.watch("forward"), self._autocast():
            tables = _tables(*batch.gray.shape[2:], self.training.network.config.table_channels, self.ranks.device)
            watched = self.objective.watched(count)
            ab, guesses = self.run(batch.gray, tables, watched)
            ab = ab.float()
        with self.watch("losses"):
            terms = self.objective.terms(batch, ab, guesses, self._judge if gan > 0 else None, self.watch)
            total = self.objective.total(terms, gan)
        with self.watch("backward"):
            self.optimiser.zero_grad(set_to_none=True)
            total.backward()
        with self.watch("optimiser"):
            norm = self._update(self.optimiser, self.training)
        if self.discriminator and progress >= recipe.losses.gan_start:
            with self.watch("discriminator"):
                terms["discriminator"] = self._step_discriminator(batch, ab.detach())
        self.step_number += 1
        with self.watch("average"):
            self.average.follow(self.training.network, self.step_number)
        for name, value in (terms | {"total": total, "norm": norm}).items():
            self.sums[name] = self.sums.get(name, 0) + value.detach()

    def report(self, steps: int) -> dict[str, float]:
        """Means of the terms since the last report. Waits for the GPU.

        Raises FloatingPointError where most updates were left out because they were not finite.
        """
        found = {name: round(value.item() / steps, 5) for name, value in self.sums.items()}
        found["spoilt"] = self.spoilt.item()
        self.sums, self.spoilt = {}, torch.zeros_like(self.spoilt)
        if found["spoilt"] > steps / 2:
            raise FloatingPointError(f"{found['spoilt']:.0f} of {steps} updates were not finite; lower the rate")
        return found

    def share_statistics(self) -> None:
        """The same batch norm statistics on every rank: the mean."""
        norms = [m for m in self.training.modules() if isinstance(m, nn.BatchNorm2d)]
        self.ranks.average([t for norm in norms for t in (norm.running_mean, norm.running_var)])

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
        if state["recipe"] != asdict(self.recipe):
            raise ValueError("the checkpoint is of another recipe: give the run another folder, or the recipe that it began with")
        self.step_number = state["step"]
        self.training.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.objective.colour_weights = state["colourWeights"].to(self.ranks.device)
        if self.discriminator:
            self.discriminator.load_state_dict(state["discriminator"])
            self.judge_optimiser.load_state_dict(state["judgeOptimiser"])

    def _prepare(self, progress: float) -> None:
        """Randomness, rate and norms of this step."""
        _seed(self.recipe.seed, self.ranks.rank, self.step_number)
        wanted = self.recipe.optimiser
        for group in self.optimiser.param_groups:
            group["lr"] = wanted.rate * rate_factor(progress, wanted.warm_up, wanted.final)
        self.training.train()
        freeze = progress >= wanted.freeze_norms
        if freeze and not self.norms_are_frozen:
            self.share_statistics()
        self.norms_are_frozen = freeze
        if freeze:
            for module in self.training.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()

    def _batch(self, phase: Phase) -> Batch:
        # Shapes are drawn alike on every rank, so that none waits for a longer step.
        shape = random.Random(self.recipe.seed * 1_000_003 + self.step_number).choice(phase.shapes)
        with torch.no_grad():
            rgb = random_crops(self.photographs, phase.batch, shape, phase.scale)
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

    def _step_discriminator(self, batch: Batch, ab: Tensor) -> Tensor:
        count = self.recipe.losses.gan_batch or len(ab)
        real = torch.cat([batch.lightness, batch.ab], 1)[:count]
        coloured = torch.cat([batch.lightness, ab], 1)[:count]
        with self._autocast():
            scores = self.judge_run(torch.cat([real, coloured]))
        loss = discriminator_loss(scores)
        self.judge_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._update(self.judge_optimiser, self.discriminator)
        return loss

    def _update(self, optimiser: torch.optim.Optimizer, module: nn.Module) -> Tensor:
        """Clips and applies the gradients; leaves the update out where they are not finite. Their norm.

        The optimiser itself reads `found_inf`, so nothing waits for the GPU.
        """
        parameters = [p for p in module.parameters() if p.grad is not None]
        norm = nn.utils.clip_grad_norm_(parameters, self.recipe.optimiser.clip)
        optimiser.found_inf = (~torch.isfinite(norm)).float()
        optimiser.grad_scale = None
        optimiser.step()
        self.spoilt += optimiser.found_inf
        return torch.nan_to_num(norm, 0.0, 0.0, 0.0)

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


def _optimiser(module: nn.Module, rate: float, betas: tuple[float, float], decay: float) -> torch.optim.Optimizer:
    """AdamW; vectors (norms, biases, scales) do not decay."""
    wide = [p for p in module.parameters() if p.ndim > 1]
    narrow = [p for p in module.parameters() if p.ndim <= 1]
    groups = [{"params": wide, "weight_decay": decay}, {"params": narrow, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=betas, fused=True)


def _seed(seed: int, rank: int, step: int) -> None:
    torch.manual_seed(((seed * 4096 + rank) << 32) + step)


@lru_cache(maxsize=16)
def _tables(height: int, width: int, channels: int, device: torch.device) -> tuple[Tensor, ...]:
    return tuple(table.to(device) for table in position_tables(height, width, channels))
