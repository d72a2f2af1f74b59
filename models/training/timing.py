"""Milliseconds of each part of a step, for a profile."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class Stopwatch:
    """Off, it costs nothing. On, it waits for the GPU around each part, so the parts add up."""

    def __init__(self, device: torch.device, is_on: bool = False) -> None:
        self.device, self.is_on = device, is_on
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        if not self.is_on:
            yield
            return
        start = self._now()
        yield
        self.spent[part] += self._now() - start

    def table(self, steps: int) -> str:
        """A line a part, longest first. Parts inside others are counted in both."""
        rows = sorted(self.spent.items(), key=lambda item: -item[1])
        return "\n".join(f"{part:14s} {seconds / steps * 1e3:8.2f} ms a step" for part, seconds in rows)

    def _now(self) -> float:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()
