"""Trains DDColor: one process for each GPU, for so many seconds or steps, from weights or from nothing.

    torchrun --standalone --nproc-per-node=gpu -m ddcolor.train \\
        --recipe ddcolor/recipes/pico.toml --photographs DATA/train-*.tar --weights ddcolor-pico \\
        --perceptual DATA/mobilenetv2.onnx --out RUN --seconds 1200 --deadline 560

`python -m ddcolor.train …` is the same on one GPU, or on the processor. Started again with the same --out
it goes on from the last checkpoint. README.md has the commands of a whole run.
"""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import torch

from ddcolor import checkpoint
from ddcolor.architecture import DDColor
from ddcolor.colour import gray_of_lightness, lab_of_rgb
from ddcolor.config import VARIANTS
from ddcolor.data import Photographs, load_photographs, random_crops, split
from ddcolor.distributed import Ranks, join_ranks, leave_ranks
from ddcolor.perceptual import Perceptual
from ddcolor.recipe import Recipe, read_recipe
from ddcolor.recorder import Recorder
from ddcolor.run import Places, Run
from ddcolor.schedule import Schedule
from ddcolor.trainer import Trainer
from ddcolor.warm_start import network_of_folder, network_of_graphs, settle_norms

def starting_network(recipe: Recipe, start: Path | None) -> DDColor:
    """From a packed model folder, a folder with encode-fp16.onnx and paint-fp16.onnx, or a weights file."""
    drop_path, config = recipe.network.drop_path, VARIANTS[recipe.network.variant]
    if start is None:
        torch.manual_seed(recipe.seed)
        return DDColor(config, drop_path=drop_path)
    if start.is_file():
        network = checkpoint.network_of(checkpoint.load(start), drop_path)
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


def profile(run: Run, steps: int) -> None:
    """Prints, of steps of each phase: milliseconds by part, of a whole step as in training, and by kernel."""
    trainer = run.trainer
    for phase, start in zip(trainer.recipe.phases, [0.0, *(p.until for p in trainer.recipe.phases)]):
        middle = (start + phase.until) / 2
        recorder, trainer.recorder = trainer.recorder, Recorder(torch.device("cpu"))
        seconds(trainer, middle, 3)
        trainer.watch.is_on, trainer.watch.spent = True, defaultdict(float)
        apart = seconds(trainer, middle, steps)
        trainer.watch.is_on, trainer.recorder = False, recorder
        seconds(trainer, middle, 8 * len(phase.shapes))
        together = seconds(trainer, middle, steps)
        kernels = kernel_table(trainer, middle) if trainer.ranks.device.type == "cuda" else ""
        if trainer.ranks.leads:
            print(f"{phase.batch} of {phase.shapes}\n{trainer.watch.table(steps)}")
            print(f"{'parts':14s} {apart / steps * 1e3:8.2f} ms a step\n{'training':14s} {together / steps * 1e3:8.2f} ms a step")
            print(kernels, flush=True)
    if trainer.ranks.device.type == "cuda" and trainer.ranks.leads:
        print(f"most memory {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB")


def seconds(trainer: Trainer, progress: float, steps: int) -> float:
    """How long so many steps take."""
    start = time.monotonic()
    for _ in range(steps):
        trainer.step(progress)
    trainer.report(steps)
    return time.monotonic() - start


def kernel_table(trainer: Trainer, progress: float, steps: int = 4) -> str:
    """Where the GPU's time goes, kernel by kernel."""
    from torch.profiler import ProfilerActivity, profile as recorded

    with recorded(activities=[ProfilerActivity.CUDA]) as found:
        seconds(trainer, progress, steps)
    rows = sorted(found.key_averages(), key=lambda row: -row.self_device_time_total)
    total = sum(row.self_device_time_total for row in rows)
    lines = [f"{total / steps / 1e3:8.2f} ms a step, all kernels"]
    lines += [f"{r.self_device_time_total / steps / 1e3:8.2f} ms {r.count / steps:6.0f} × {r.key[:110]}" for r in rows[:28]]
    return "\n".join(lines)


def prepared(arguments: argparse.Namespace, ranks: Ranks) -> tuple[Run, Perceptual | None]:
    """Data, networks and run, from the command line."""
    if ranks.device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    recipe = read_recipe(arguments.recipe, arguments.set)
    # Rank 0 decodes and keeps; the others read what it kept.
    if not ranks.leads:
        ranks.wait()
    everything = load_photographs(arguments.photographs, arguments.cache, arguments.workers)
    if ranks.leads:
        ranks.wait()
    photographs, held_out = split(everything, recipe.held_out)
    if arguments.validate and ranks.leads:
        held_out = load_photographs(arguments.validate, arguments.cache, arguments.workers)
    photographs, held_out = photographs.to(ranks.device), held_out.to(ranks.device)
    network = starting_network(recipe, arguments.weights).to(ranks.device)
    places = Places(arguments.out, arguments.away)
    if arguments.weights and not places.checkpoint.exists():
        settle(network, photographs, recipe)
    half = torch.bfloat16 if ranks.device.type == "cuda" else torch.float32
    watches = arguments.perceptual and (recipe.losses.perceptual or recipe.losses.distill)
    frozen = Perceptual(arguments.perceptual, half).to(ranks.device).eval() if watches else None
    trainer = Trainer(network, recipe, photographs, frozen, ranks, arguments.compile)
    schedule = Schedule(arguments.seconds, arguments.steps, arguments.deadline, arguments.finish, started=arguments.started)
    return Run(trainer, held_out, schedule, places, arguments.every), frozen


def arguments_of(line: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--set", action="append", metavar="FIELD=VALUE", help="a change to the recipe: losses.gan=0.1")
    parser.add_argument("--photographs", type=Path, nargs="+", required=True, help="tars of colour photographs")
    parser.add_argument(
        "--validate", type=Path, nargs="+", help="tars to validate on (default: photographs kept out of the training ones)"
    )
    parser.add_argument("--cache", type=Path, help="where decoded photographs are kept (default: OUT/cache)")
    parser.add_argument("--workers", type=int, help="processes that decode (default: one a core)")
    parser.add_argument("--weights", type=Path, help="packed model folder, folder of exported graphs, or weights.pt")
    parser.add_argument("--perceptual", type=Path, help="frozen ONNX network for the perceptual terms")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; resumed where it has a checkpoint")
    parser.add_argument("--away", type=Path, help="folder that gets the averaged weights in parts, log and sheet")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--seconds", type=float, help="seconds of training, over all resumed processes")
    length.add_argument("--steps", type=int)
    parser.add_argument("--deadline", type=float, help="seconds after which this process must be over")
    parser.add_argument("--finish", action="store_true", help="shorten the schedule to end by the deadline")
    parser.add_argument("--every", type=float, default=60, help="seconds between checkpoints")
    parser.add_argument("--compile", choices=("none", "blocks", "network"), default="none")
    parser.add_argument("--compile-cache", type=Path, help="where compiled kernels are kept")
    parser.add_argument("--device", choices=("cuda", "cpu"))
    parser.add_argument("--profile", type=int, help="only time so many steps, by part")
    arguments = parser.parse_args(line)
    arguments.cache = arguments.cache or arguments.out / "cache"
    return arguments


def main(line: list[str] | None = None) -> None:
    started = time.monotonic()
    arguments = arguments_of(line)
    arguments.started = started
    if arguments.compile_cache:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(arguments.compile_cache.resolve())
    for folder in filter(None, (arguments.out, arguments.away)):
        folder.mkdir(parents=True, exist_ok=True)
    ranks = join_ranks(arguments.device)
    try:
        run, frozen = prepared(arguments, ranks)
        if arguments.profile:
            profile(run, arguments.profile)
        else:
            run.go(frozen)
            ranks.wait()
    finally:
        leave_ranks(ranks)


if __name__ == "__main__":
    main()
