"""Where a step's time goes, by part and by kernel, in each phase of a recipe."""

import time
from collections import defaultdict
from typing import Any

import torch

from training.recorder import Recorder


def profile(trainer: Any, steps: int) -> None:
    """Prints, of steps of each phase: milliseconds by part, of a whole step as in training, and by kernel.

    trainer: as `run.Trainer`, with recipe.phases (until, batch, shapes), a Stopwatch `watch` and its `recorder`.
    """
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


def seconds(trainer: Any, progress: float, steps: int) -> float:
    """How long so many steps take."""
    start = time.monotonic()
    for _ in range(steps):
        trainer.step(progress)
    trainer.report(steps)
    return time.monotonic() - start


def kernel_table(trainer: Any, progress: float, steps: int = 4) -> str:
    """Where the GPU's time goes, kernel by kernel."""
    from torch.profiler import ProfilerActivity, profile as recorded

    with recorded(activities=[ProfilerActivity.CUDA]) as found:
        seconds(trainer, progress, steps)
    rows = sorted(found.key_averages(), key=lambda row: -row.self_device_time_total)
    total = sum(row.self_device_time_total for row in rows)
    lines = [f"{total / steps / 1e3:8.2f} ms a step, all kernels"]
    lines += [f"{r.self_device_time_total / steps / 1e3:8.2f} ms {r.count / steps:6.0f} × {r.key[:110]}" for r in rows[:28]]
    return "\n".join(lines)
