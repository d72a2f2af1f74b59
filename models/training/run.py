"""A run: steps, checkpoints, measurements and log, until its schedule or its time is over."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from training import checkpoint
from training.distributed import Ranks
from training.schedule import Schedule

#: Steps between two words of rank 0 to the others: how far, save, validate, stop.
BEAT = 10
#: Steps between two lines of the log.
REPORT = 50
#: Steps that are made before the clock starts: cudnn tries its ways, compilers compile.
UNTIMED = 20


@dataclass
class Places:
    """Files of a run, all in one folder; `away` gets the averaged weights in parts as they come."""

    folder: Path
    away: Path | None

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    @property
    def weights(self) -> Path:
        return self.folder / "weights.pt"

    @property
    def best(self) -> Path:
        return self.folder / "best.pt"

    def log(self, **values) -> None:
        """Adds a line to metrics.jsonl, and prints it."""
        line = json.dumps(values)
        print(line, flush=True)
        for folder in filter(None, (self.folder, self.away)):
            with open(folder / "metrics.jsonl", "a") as file:
                file.write(line + "\n")


class Trainer(Protocol):
    """What makes the steps."""

    ranks: Ranks
    step_number: int

    def step(self, progress: float) -> None: ...
    def report(self, steps: int) -> dict[str, float]: ...
    def share_statistics(self) -> None: ...
    def state(self) -> dict: ...
    def load_state(self, state: dict) -> None: ...


class Validation(Protocol):
    """What was measured. score: more is better."""

    @property
    def score(self) -> float: ...
    def summary(self) -> dict[str, float]: ...


class Examination(Protocol):
    """What a run measures of the averaged weights, and keeps of them."""

    def validate(self, in_full: bool) -> Validation | None:
        """Measures on held-out photographs, in full at a run's start and end. None: there are none."""

    def weights(self, about: dict) -> dict:
        """The averaged weights as a table for `checkpoint.save`."""

    def write_sheet(self, path: Path, found: Validation) -> None:
        """A picture to look at."""


class Run:
    """A trainer, its schedule, and what is kept of it."""

    def __init__(self, trainer: Trainer, examination: Examination, schedule: Schedule, places: Places, every: float) -> None:
        self.trainer, self.examination, self.schedule, self.places = trainer, examination, schedule, places
        self.every, self.best = every, float("-inf")
        self.saved = self.validated = time.monotonic()

    def resume(self) -> bool:
        """Goes on from the folder's checkpoint, where there is one."""
        if not self.places.checkpoint.exists():
            return False
        state = checkpoint.load(self.places.checkpoint, self.trainer.ranks.device)
        self.trainer.load_state(state["trainer"])
        self.schedule.before, self.best = state["seconds"], state["best"]
        return True

    def go(self) -> None:
        """Everything: resumes or measures the start, trains, and ends or leaves off as the time allows."""
        if self.resume():
            self._log(resumed=self.trainer.step_number, seconds=round(self.schedule.before, 1))
        else:
            self.validate(in_full=True)
        if self.train():
            self.finish()
        else:
            self.save()
            self._log(leftOff=self.trainer.step_number, seconds=round(self.schedule.trained(), 1))

    def train(self) -> bool:
        """Steps until the schedule or this process's time is over; whether it was the schedule."""
        trainer, ranks, first = self.trainer, self.trainer.ranks, self.trainer.step_number
        reported, since = first, time.monotonic()
        while True:
            made = trainer.step_number - first
            if made == (UNTIMED if self.schedule.steps is None else 0):
                self.schedule.begin()
            if self.schedule.steps is not None or made % BEAT == 0:
                now = time.monotonic()
                said = [
                    self.schedule.progress(trainer.step_number), self.schedule.is_cut(),
                    now - self.saved > self.every, now - self.validated > 2 * self.every,
                ]
                progress, is_cut, save, measure = ranks.from_leader(said)
                if progress >= 1 or is_cut:
                    return progress >= 1
                if save:
                    self.save()
                if measure:
                    self.validate()
            trainer.step(progress)
            if trainer.step_number % REPORT == 0:
                steps = trainer.step_number - reported
                terms = trainer.report(steps)
                milliseconds = (time.monotonic() - since) / steps * 1e3
                reported, since = trainer.step_number, time.monotonic()
                self._log(step=reported, progress=round(progress, 4), ms=round(milliseconds, 1), **terms)

    def save(self) -> None:
        """The checkpoint, and the averaged weights; these also in parts where they are taken away."""
        self.trainer.share_statistics()
        self.saved = time.monotonic()
        if not self.trainer.ranks.leads:
            return
        state = {"trainer": self.trainer.state(), "seconds": self.schedule.trained(), "best": self.best}
        checkpoint.save(self.places.checkpoint, state)
        checkpoint.save(self.places.weights, self._weights())
        if self.places.away:
            checkpoint.split(self.places.weights, self.places.away)

    def validate(self, in_full: bool = False) -> Validation | None:
        """Measures the averaged weights on held-out photographs; keeps the best. Rank 0 only."""
        self.validated = time.monotonic()
        found = self.examination.validate(in_full) if self.trainer.ranks.leads else None
        if found is None:
            return None
        self._log(step=self.trainer.step_number, seconds=round(self.schedule.trained(), 1), validation=found.summary())
        # The start may have been trained on these photographs: it is measured, and never the best.
        if self.trainer.step_number > 0 and found.score > self.best:
            self.best = found.score
            checkpoint.save(self.places.best, self._weights(found))
        return found

    def finish(self) -> None:
        """Last checkpoint, last measurement, a sheet to look at. The best weights become those that are kept."""
        self.save()
        found = self.validate(in_full=True)
        if not found:
            return
        shutil.copyfile(self.places.best, self.places.weights)
        self.examination.write_sheet(self.places.folder / "sheet.jpg", found)
        if self.places.away:
            checkpoint.split(self.places.weights, self.places.away)
            shutil.copyfile(self.places.folder / "sheet.jpg", self.places.away / "sheet.jpg")
        self._log(finished=self.trainer.step_number, best=round(self.best, 4))

    def _weights(self, found: Validation | None = None) -> dict:
        about = {"step": self.trainer.step_number, "seconds": self.schedule.trained(), "best": self.best}
        return self.examination.weights(about | ({"validation": found.summary()} if found else {}))

    def _log(self, **values) -> None:
        if self.trainer.ranks.leads:
            self.places.log(**values)
