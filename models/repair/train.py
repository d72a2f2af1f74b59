"""Trains repair, detector and restorer together: one process for each GPU, for so many seconds or steps.

    torchrun --standalone --nproc-per-node=gpu -m repair.train \\
        --recipe repair/recipes/repair.toml --photographs DATA/train-*.tar --out RUN --seconds 660 --deadline 560

`python -m repair.train …` is the same on one GPU, or on the processor. Started again with the same --out
it goes on from the last checkpoint. README.md has the commands of a whole run.
"""

import argparse
from pathlib import Path

import torch

from repair.architecture import Repair
from repair.config import VARIANTS
from repair.recipe import Recipe
from repair.trainer import Trainer
from repair.validation import Examination
from repair.weights import network_of
from training.checkpoint import load
from training.command import execute, options, photographs_of, schedule_of
from training.distributed import Ranks
from training.run import Places, Run


def starting_network(recipe: Recipe, weights: Path | None) -> Repair:
    """From a weights file, or from nothing. Raises ValueError where the file's sizes are not the recipe's."""
    config = VARIANTS[recipe.network.variant]
    if weights is None:
        torch.manual_seed(recipe.seed)
        return Repair(config)
    network = network_of(load(weights))
    if network.config != config:
        raise ValueError(f"{weights} holds {network.config}, and the recipe wants {recipe.network.variant}")
    return network


def prepared(arguments: argparse.Namespace, ranks: Ranks) -> Run:
    """Data, networks and run, from the command line."""
    recipe = Recipe.read(arguments.recipe, arguments.set)
    photographs, held_out = photographs_of(arguments, recipe.held_out, ranks)
    trainer = Trainer(starting_network(recipe, arguments.weights), recipe, photographs, ranks, arguments.compile)
    places = Places(arguments.out, arguments.away)
    return Run(trainer, Examination(trainer.average.network, held_out), schedule_of(arguments), places, arguments.every)


def arguments_of(line: list[str] | None = None) -> argparse.Namespace:
    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="a weights.pt to begin with")
    parser.add_argument("--compile", action="store_true", help="compile blocks: half a minute for each shape, then faster steps")
    return parser.parse_args(line)


if __name__ == "__main__":
    execute(arguments_of(), prepared)
