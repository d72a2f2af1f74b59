"""A run: steps, checkpoints, measurements and log, until its schedule or its time is over."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from ddcolor import checkpoint
from ddcolor.data import Photographs
from ddcolor.perceptual import Perceptual
from ddcolor.schedule import Schedule
from ddcolor.trainer import Trainer
from ddcolor.validation import Validation, validate, write_sheet

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


class Run:
    """A trainer, its schedule, and what is kept of it."""

    def __init__(self, trainer: Trainer, held_out: Photographs, schedule: Schedule, places: Places, every: float) -> None:
        self.trainer, self.held_out, self.schedule, self.places = trainer, held_out, schedule, places
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

    def go(self, frozen: Perceptual | None) -> None:
        """Everything: resumes or measures the start, trains, and ends or leaves off as the time allows."""
        if self.resume():
            self._log(resumed=self.trainer.step_number, seconds=round(self.schedule.before, 1))
        else:
            self.validate(frozen)
        if self.train():
            self.finish(frozen)
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

    def validate(self, frozen: Perceptual | None = None) -> Validation | None:
        """Measures the averaged weights on held-out training photographs; keeps the best. Rank 0 only."""
        self.validated = time.monotonic()
        if not self.trainer.ranks.leads or len(self.held_out) == 0:
            return None
        found = validate(self.trainer.average.network, self.held_out, frozen=frozen)
        self._log(step=self.trainer.step_number, seconds=round(self.schedule.trained(), 1), validation=found.summary())
        # The start may have been trained on these photographs: it is measured, and never the best.
        if self.trainer.step_number > 0 and found.score > self.best:
            self.best = found.score
            checkpoint.save(self.places.best, self._weights(found))
        return found

    def finish(self, frozen: Perceptual | None) -> None:
        """Last checkpoint, last measurement, a sheet to look at. The best weights become those that are kept."""
        self.save()
        found = self.validate(frozen)
        if not found:
            return
        average = self.trainer.average.network
        write_sheet(average, self.held_out, self.places.folder / "sheet.jpg", gain=found.gain)
        shutil.copyfile(self.places.best, self.places.weights)
        if self.places.away:
            checkpoint.split(self.places.weights, self.places.away)
            write_sheet(average, self.held_out, self.places.away / "sheet.jpg", gain=found.gain)
        self._log(finished=self.trainer.step_number, best=round(self.best, 4))

    def _weights(self, found: Validation | None = None) -> dict:
        about = {"step": self.trainer.step_number, "seconds": self.schedule.trained(), "best": self.best}
        about |= {"validation": found.summary()} if found else {}
        return checkpoint.weights_of(self.trainer.average.network, about)

    def _log(self, **values) -> None:
        if self.trainer.ranks.leads:
            self.places.log(**values)
