"""From noise to colours: Euler steps along the learnt velocity, outside the graphs, as the app does it."""

from collections.abc import Callable

import torch
from torch import Tensor

#: (noisy [N, 2, h, w], time [N]) → velocity [N, 2, h, w].
Field = Callable[[Tensor, Tensor], Tensor]


def times(steps: int, shift: float) -> list[float]:
    """steps + 1 times from 1 to 0. A shift over 1 spends more of the steps on much noise (arXiv 2403.03206)."""
    if steps < 1 or shift <= 0:
        raise ValueError("there must be a step at least, and the shift more than 0")
    even = [1 - i / steps for i in range(steps + 1)]
    return [shift * t / (1 + (shift - 1) * t) for t in even]


def guided(conditional: Field, free: Field, guidance: float) -> Field:
    """Classifier-free guidance (arXiv 2207.12598): away from what is drawn without the features.

    guidance 1 is the conditional field itself; more is more vivid, and less varied.
    """
    if guidance == 1:
        return conditional

    def field(noisy: Tensor, time: Tensor) -> Tensor:
        without = free(noisy, time)
        return without + guidance * (conditional(noisy, time) - without)

    return field


def sample(field: Field, noise: Tensor, steps: int = 4, shift: float = 1.0) -> Tensor:
    """Colours [N, 2, h, w] made of noise [N, 2, h, w], in the head's unit. Euler: one step gives the mean of all colourings."""
    x, course = noise, times(steps, shift)
    for now, later in zip(course, course[1:]):
        time = torch.full((len(x),), now, device=x.device)
        x = x + (later - now) * field(x, time).to(x.dtype)
    return x
