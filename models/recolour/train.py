"""Trains a recolouring head on a frozen DDColor: one process for each GPU, for so many seconds or steps.

    torchrun --standalone --nproc-per-node=gpu -m recolour.train \\
        --recipe recolour/recipes/recolour.toml --photographs DATA/train-*.tar --encoder ddcolor-pico \\
        --out RUN --seconds 520 --deadline 580

`python -m recolour.train …` is the same on one GPU, or on the processor. Started again with the same --out
it goes on from the last checkpoint. README.md has the commands of a whole run.
"""

import argparse
from pathlib import Path

import torch

from recolour.architecture import RecolourHead
from recolour.config import VARIANTS
from recolour.recipe import Recipe
from recolour.seen import opened_encoder
from recolour.trainer import Trainer
from recolour.validation import Examination
from recolour.weights import head_of
from training.checkpoint import load
from training.command import execute, options, photographs_of, schedule_of
from training.distributed import Ranks
from training.run import Places, Run


def starting_head(recipe: Recipe, weights: Path | None) -> RecolourHead:
    """From a weights file, or from nothing. Raises ValueError where the file is of other sizes than the recipe's."""
    config, scale = VARIANTS[recipe.network.variant], recipe.flow.chroma_scale
    if weights is None:
        torch.manual_seed(recipe.seed)
        return RecolourHead(config, scale)
    head = head_of(load(weights))
    if (head.config, head.chroma_scale) != (config, scale):
        raise ValueError(f"{weights} is of {head.config} and chroma scale {head.chroma_scale}, which is not the recipe's")
    return head


def prepared(arguments: argparse.Namespace, ranks: Ranks) -> Run:
    """Data, networks and run, from the command line."""
    recipe = Recipe.read(arguments.recipe, arguments.set)
    photographs, held_out = photographs_of(arguments, recipe.held_out, ranks)
    head = starting_head(recipe, arguments.weights)
    trainer = Trainer(head, opened_encoder(arguments.encoder), recipe, photographs, ranks)
    examination = Examination(trainer.average.network, trainer.encoder, held_out)
    return Run(trainer, examination, schedule_of(arguments), Places(arguments.out, arguments.away), arguments.every)


def arguments_of(line: list[str] | None = None) -> argparse.Namespace:
    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path, required=True, help="packed DDColor folder, or its weights.pt; stays as it is")
    parser.add_argument("--weights", type=Path, help="a head's weights.pt to begin with")
    return parser.parse_args(line)


if __name__ == "__main__":
    execute(arguments_of(), prepared)
