"""A recipe: everything that decides what is trained, read from a TOML file. Packages add their own parts."""

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self, get_type_hints


@dataclass(frozen=True)
class Optimiser:
    rate: float = 6e-4
    #: The rate at the end, as a share.
    final: float = 0.02
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.02
    #: Share of the schedule in which the rate rises.
    warm_up: float = 0.02
    #: Largest norm of the gradient.
    clip: float = 1.0
    #: Decay of the moving average of the weights, a step.
    average: float = 0.9995


@dataclass(frozen=True)
class Phase:
    """A stretch of the schedule with one size."""

    #: Share of the schedule at which it ends.
    until: float
    #: Heights and widths, multiples of the recipe's; each step takes one of them.
    shapes: tuple[tuple[int, int], ...]
    #: Pictures a step on each GPU.
    batch: int
    #: Share of the pictures that are made old film.
    film: float = 0.5
    #: Smallest and largest share of the photograph, by area, that a crop shows.
    scale: tuple[float, float] = (0.3, 1.0)


@dataclass(frozen=True)
class Recipe:
    """What every recipe has. Raises ValueError where phases do not follow one another or sides do not fit."""

    #: What the sides of shapes are multiples of.
    MULTIPLE: ClassVar[int] = 32

    optimiser: Optimiser = field(default_factory=Optimiser)
    phases: tuple[Phase, ...] = (Phase(1.0, ((128, 128),), 64),)
    #: Photographs of the training tars kept for validation: choices are made on them.
    held_out: int = 300
    seed: int = 1

    def __post_init__(self) -> None:
        ends = [phase.until for phase in self.phases]
        if not ends or ends != sorted(ends) or ends[-1] < 1:
            raise ValueError("phases must follow one another, and the last one be until = 1")
        if any(side % self.MULTIPLE for phase in self.phases for shape in phase.shapes for side in shape):
            raise ValueError(f"the sides of a phase's shapes must be multiples of {self.MULTIPLE}")

    def phase_at(self, progress: float) -> Phase:
        """The phase of a share 0–1 of the schedule."""
        return next((phase for phase in self.phases if progress < phase.until), self.phases[-1])

    @classmethod
    def read(cls, path: Path, changes: list[str] | None = None) -> Self:
        """The recipe of a file, with changes such as "losses.gan = 0.1" made to it, for comparisons.

        Raises ValueError, naming the file, where a field is unknown or cannot be.
        """
        try:
            table = tomllib.loads(path.read_text())
            for change in changes or []:
                for name, value in tomllib.loads(change).items():
                    table[name] = table.get(name, {}) | value if isinstance(value, dict) else value
            return cls.of(table)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from error

    @classmethod
    def of(cls, table: dict) -> Self:
        """The recipe of a table as TOML or `dataclasses.asdict` gives it. Raises ValueError as `read` does."""
        kinds = {name: kind for name, kind in get_type_hints(cls).items() if dataclasses.is_dataclass(kind)}
        table = {name: _filled(kinds[name], value) if name in kinds else value for name, value in table.items()}
        if "phases" in table:
            table["phases"] = tuple(_filled(Phase, phase) for phase in table["phases"])
        return _filled(cls, table)


def _filled(kind: type, table: dict):
    """A dataclass of a table's fields, lists as tuples."""
    unknown = set(table) - {f.name for f in dataclasses.fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: _as_tuple(value) for name, value in table.items()})


def _as_tuple(value):
    return tuple(_as_tuple(item) for item in value) if isinstance(value, (list, tuple)) else value
