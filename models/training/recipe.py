"""Reads a recipe: dataclasses that decide everything that is trained, from a TOML file."""

import dataclasses
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar


class Stretch(Protocol):
    """A phase of a recipe: until says at which share 0–1 of the schedule it ends."""

    until: float


Phase = TypeVar("Phase", bound=Stretch)
Recipe = TypeVar("Recipe")
Kind = TypeVar("Kind")


def check_phases(phases: Sequence[Stretch]) -> None:
    """Raises ValueError where phases do not follow one another up to 1."""
    ends = [phase.until for phase in phases]
    if not ends or ends != sorted(ends) or ends[-1] < 1:
        raise ValueError("phases must follow one another, and the last one be until = 1")


def phase_at(phases: Sequence[Phase], progress: float) -> Phase:
    """The phase of a share 0–1 of the schedule."""
    return next((phase for phase in phases if progress < phase.until), phases[-1])


def read(path: Path, changes: list[str], recipe_of: Callable[[dict], Recipe]) -> Recipe:
    """The recipe of a file, with changes such as "losses.gan = 0.1" made to it, for comparisons.

    Raises ValueError, naming the file, where a field is unknown or cannot be.
    """
    try:
        table = tomllib.loads(path.read_text())
        for change in changes:
            for name, value in tomllib.loads(change).items():
                table[name] = table.get(name, {}) | value if isinstance(value, dict) else value
        return recipe_of(table)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error


def filled(kind: type[Kind], table: dict) -> Kind:
    """A dataclass of a table's fields, lists as tuples. Raises ValueError where one is unknown."""
    unknown = set(table) - {f.name for f in dataclasses.fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: _as_tuple(value) for name, value in table.items()})


def _as_tuple(value):
    return tuple(_as_tuple(item) for item in value) if isinstance(value, (list, tuple)) else value
