"""Trains DDColor: one process for each GPU, for so many seconds or steps, from weights or from nothing.

    torchrun --standalone --nproc-per-node=gpu -m ddcolor.train \\
        --recipe ddcolor/recipes/pico.toml --photographs DATA/train-*.tar --weights ddcolor-pico \\
        --perceptual DATA/mobilenetv2.onnx --out RUN --seconds 1200 --deadline 560

`python -m ddcolor.train …` is the same on one GPU, or on the processor. Started again with the same --out
it goes on from the last checkpoint. README.md has the commands of a whole run.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import torch

from ddcolor.architecture import DDColor
from ddcolor.config import VARIANTS
from ddcolor.recipe import Recipe
from ddcolor.trainer import Trainer
from ddcolor.validation import Examination
from ddcolor.warm_start import network_of_folder, network_of_graphs, settle_norms
from ddcolor.weights import network_of
from pictures.colour import gray_of_lightness, lab_of_rgb
from training.checkpoint import load
from training.command import execute, options, photographs_of, schedule_of
from training.distributed import Ranks
from training.perceptual import Perceptual
from training.photographs import Photographs, random_crops
from training.run import Places, Run


def starting_network(recipe: Recipe, start: Path | None) -> DDColor:
    """From a packed model folder, a folder with encode-fp16.onnx and paint-fp16.onnx, or a weights file."""
    drop_path, config = recipe.network.drop_path, VARIANTS[recipe.network.variant]
    if start is None:
        torch.manual_seed(recipe.seed)
        return DDColor(config, drop_path=drop_path)
    if start.is_file():
        network = network_of(load(start), drop_path)
    elif (start / "card.json").exists():
        network = network_of_folder(start, drop_path)
    else:
        network = network_of_graphs(start / "encode-fp16.onnx", start / "paint-fp16.onnx", drop_path=drop_path)
    if network.config != config:
        raise ValueError(f"{start} holds {network.config}, and the recipe wants {recipe.network.variant}")
    return network


def settle(network: DDColor, photographs: Photographs, recipe: Recipe) -> None:
    """Measures the statistics of norms that an export had folded, on the first phase's kind of crops."""
    torch.manual_seed(recipe.seed)
    phase = recipe.phases[0]
    batch = min(32, phase.batch)

    def pictures() -> Iterator[torch.Tensor]:
        for _ in range(8):
            rgb = random_crops(photographs, batch, phase.shapes[0], phase.scale)
            yield gray_of_lightness(lab_of_rgb(rgb)[:, :1])

    settle_norms(network, pictures())


def prepared(arguments: argparse.Namespace, ranks: Ranks) -> Run:
    """Data, networks and run, from the command line."""
    recipe = Recipe.read(arguments.recipe, arguments.set)
    photographs, held_out = photographs_of(arguments, recipe.held_out, ranks)
    network = starting_network(recipe, arguments.weights).to(ranks.device)
    places = Places(arguments.out, arguments.away)
    if arguments.weights and not places.checkpoint.exists():
        settle(network, photographs, recipe)
    half = torch.bfloat16 if ranks.device.type == "cuda" else torch.float32
    watches = arguments.perceptual and (recipe.losses.perceptual or recipe.losses.distill)
    frozen = Perceptual(arguments.perceptual, half).to(ranks.device).eval() if watches else None
    trainer = Trainer(network, recipe, photographs, frozen, ranks, arguments.compile)
    examination = Examination(trainer.average.network, held_out, frozen)
    return Run(trainer, examination, schedule_of(arguments), places, arguments.every)


def arguments_of(line: list[str] | None = None) -> argparse.Namespace:
    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="packed model folder, folder of exported graphs, or weights.pt")
    parser.add_argument("--perceptual", type=Path, help="frozen ONNX network for the perceptual terms")
    parser.add_argument("--compile", choices=("none", "blocks", "network"), default="none")
    return parser.parse_args(line)


if __name__ == "__main__":
    execute(arguments_of(), prepared)
