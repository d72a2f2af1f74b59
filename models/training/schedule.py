"""How far a run is, by the clock or by steps, and what follows from that."""

import math
import time
from dataclasses import dataclass, field


@dataclass
class Schedule:
    """A run of `seconds` of training, or of `steps`, over any number of processes one after another.

    deadline: seconds from `started` at which this process must be over, all told; None: no such limit.
    finish: whether the run is shortened so that it ends by the deadline; otherwise it stops there to be
    resumed. reserve: seconds kept before the deadline for the last checkpoint, validation and export.
    """

    seconds: float | None = None
    steps: int | None = None
    deadline: float | None = None
    finish: bool = False
    reserve: float = 30.0
    started: float = field(default_factory=time.monotonic)
    #: Seconds trained before this process.
    before: float = 0.0
    _begun: float | None = None

    def __post_init__(self) -> None:
        if (self.seconds is None) == (self.steps is None):
            raise ValueError("a schedule has either seconds or steps")
        if self.finish and (self.deadline is None or self.seconds is None):
            raise ValueError("to finish by a deadline needs a deadline and a schedule in seconds")

    def begin(self) -> None:
        """The first step has been made: from here on the clock counts as training."""
        self._begun = time.monotonic()

    def trained(self) -> float:
        """Seconds of training, this process's and those before."""
        return self.before + (time.monotonic() - self._begun if self._begun is not None else 0.0)

    def progress(self, step: int) -> float:
        """0–1."""
        if self.steps is not None:
            return min(1.0, step / self.steps)
        length = self.seconds
        if self.finish:
            left = self.deadline - self.reserve - ((self._begun or time.monotonic()) - self.started)
            length = min(length, self.before + max(left, 1.0))
        return min(1.0, self.trained() / length)

    def is_cut(self) -> bool:
        """Whether this process must stop now, finished or not. Where it is to finish, not a moment before that."""
        kept = self.reserve / 2 if self.finish else self.reserve
        return self.deadline is not None and time.monotonic() - self.started > self.deadline - kept


def rate_factor(progress: float, warm_up: float, final: float) -> float:
    """Cosine from 1 to `final`, after a linear rise over the first `warm_up` of the schedule."""
    rise = min(1.0, (progress + 1e-3) / warm_up) if warm_up > 0 else 1.0
    return rise * (final + (1 - final) * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))
