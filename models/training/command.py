"""What all training commands have in common: their options, and how a run is begun and left."""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch

from training.distributed import Ranks, join_ranks, leave_ranks
from training.photographs import Photographs, load_photographs, split
from training.profile import profile
from training.run import Run
from training.schedule import Schedule


def options(description: str) -> argparse.ArgumentParser:
    """The options that every training command has. None abbreviates one of torchrun's, which would swallow it."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--set", action="append", metavar="FIELD=VALUE", help="a change to the recipe: optimiser.rate=1e-4")
    parser.add_argument("--photographs", type=Path, nargs="+", required=True, help="tars of colour photographs")
    parser.add_argument(
        "--validate", type=Path, nargs="+", help="tars to validate on (default: photographs kept out of the training ones)"
    )
    parser.add_argument("--cache", type=Path, help="where decoded photographs are kept (default: OUT/cache)")
    parser.add_argument("--workers", type=int, help="processes that decode (default: one a core)")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; resumed where it has a checkpoint")
    parser.add_argument("--away", type=Path, help="folder that gets the averaged weights in parts, log and sheet")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--seconds", type=float, help="seconds of training, over all resumed processes")
    length.add_argument("--steps", type=int)
    parser.add_argument("--deadline", type=float, help="seconds after which this process must be over")
    parser.add_argument("--finish", action="store_true", help="shorten the schedule to end by the deadline")
    parser.add_argument("--every", type=float, default=60, help="seconds between checkpoints")
    parser.add_argument("--compile-cache", type=Path, help="where compiled kernels are kept")
    parser.add_argument("--device", choices=("cuda", "cpu"))
    parser.add_argument("--profile", type=int, help="only time so many steps, by part")
    return parser


def photographs_of(arguments: argparse.Namespace, held_out: int, ranks: Ranks) -> tuple[Photographs, Photographs]:
    """Those to train on and those to validate on, on the ranks' device. Rank 0 decodes and keeps; the others read that."""
    if not ranks.leads:
        ranks.wait()
    everything = load_photographs(arguments.photographs, arguments.cache, arguments.workers)
    if ranks.leads:
        ranks.wait()
    training, validation = split(everything, held_out)
    if arguments.validate and ranks.leads:
        validation = load_photographs(arguments.validate, arguments.cache, arguments.workers)
    return training.to(ranks.device), validation.to(ranks.device)


def schedule_of(arguments: argparse.Namespace) -> Schedule:
    return Schedule(arguments.seconds, arguments.steps, arguments.deadline, arguments.finish, started=arguments.started)


def execute(arguments: argparse.Namespace, prepared: Callable[[argparse.Namespace, Ranks], Run]) -> None:
    """Joins the ranks, prepares the run and goes, or profiles its trainer."""
    arguments.started = time.monotonic()
    arguments.cache = arguments.cache or arguments.out / "cache"
    if arguments.compile_cache:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(arguments.compile_cache.resolve())
    for folder in filter(None, (arguments.out, arguments.away)):
        folder.mkdir(parents=True, exist_ok=True)
    ranks = join_ranks(arguments.device)
    if ranks.device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    try:
        run = prepared(arguments, ranks)
        if arguments.profile:
            profile(run.trainer, arguments.profile)
        else:
            run.go()
            ranks.wait()
    finally:
        leave_ranks(ranks)
