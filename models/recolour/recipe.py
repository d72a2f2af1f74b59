"""A recipe: everything that decides what is trained, read from a TOML file."""

from dataclasses import dataclass, field
from pathlib import Path

from recolour.config import VARIANTS
from recolour.hints import Hints
from training.recipe import check_phases, filled, phase_at, read


@dataclass(frozen=True)
class Network:
    #: One of recolour.config.VARIANTS; its features must be those of the encoder.
    variant: str = "small"


@dataclass(frozen=True)
class Flow:
    """How noise and colours are joined, and what is left out."""

    #: Lab ab by this has about unit variance: 15.9 is the root mean square of ab in the training photographs.
    chroma_scale: float = 16.0
    #: Noises, times and hints for each picture that the encoder sees, which costs more than a draw.
    draws: int = 2
    #: Times are the logistic function of a normal variable of this mean and deviation (arXiv 2403.03206) …
    #: A location over 0 leans to much noise, where what concerns the whole picture is decided: a mean over many
    #: cells is seen through noise that hides each of them.
    location: float = 0.7
    spread: float = 1.2
    #: … but for this share, which is uniform: the first step begins at t = 1, where the others seldom come.
    uniform: float = 0.3
    #: Share of the draws without features and answer: what guidance leads away from.
    drop: float = 0.1

    def __post_init__(self) -> None:
        if self.chroma_scale <= 0 or self.spread <= 0 or self.draws < 1:
            raise ValueError("flow.chroma_scale and flow.spread must be more than 0, and flow.draws 1 or more")
        if not 0 <= self.uniform <= 1 or not 0 <= self.drop <= 1:
            raise ValueError("flow.uniform and flow.drop are shares 0–1")


@dataclass(frozen=True)
class Optimiser:
    rate: float = 8e-4
    #: The rate at the end, as a share.
    final: float = 0.02
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.02
    #: Share of the schedule in which the rate rises.
    warm_up: float = 0.03
    #: Largest norm of the gradient.
    clip: float = 1.0
    #: Decay of the moving average of the weights, a step.
    average: float = 0.9995


@dataclass(frozen=True)
class Phase:
    """A stretch of the schedule with one size."""

    #: Share of the schedule at which it ends.
    until: float
    #: Heights and widths, multiples of 32; each step takes one of them.
    shapes: tuple[tuple[int, int], ...]
    #: Pictures a step on each GPU.
    batch: int
    #: Share of the pictures that are made old film.
    film: float = 0.4
    #: Smallest and largest share of the photograph, by area, that a crop shows.
    scale: tuple[float, float] = (0.4, 1.0)


@dataclass(frozen=True)
class Recipe:
    network: Network = field(default_factory=Network)
    flow: Flow = field(default_factory=Flow)
    hints: Hints = field(default_factory=Hints)
    optimiser: Optimiser = field(default_factory=Optimiser)
    phases: tuple[Phase, ...] = (Phase(1.0, ((256, 256),), 96),)
    #: Photographs of the training tars kept for validation: choices are made on them.
    held_out: int = 300
    seed: int = 1

    def __post_init__(self) -> None:
        if self.network.variant not in VARIANTS:
            raise ValueError(f"network.variant must be one of {', '.join(VARIANTS)}")
        check_phases(self.phases)
        if any(side % 32 for phase in self.phases for shape in phase.shapes for side in shape):
            raise ValueError("the sides of a phase's shapes must be multiples of 32")

    def phase_at(self, progress: float) -> Phase:
        """The phase of a share 0–1 of the schedule."""
        return phase_at(self.phases, progress)


def read_recipe(path: Path, changes: list[str] | None = None) -> Recipe:
    """The recipe of a file, with changes such as "flow.drop = 0.2" made to it (`training.recipe.read`)."""
    return read(path, changes or [], recipe_of)


def recipe_of(table: dict) -> Recipe:
    """The recipe of a table as TOML or `dataclasses.asdict` gives it."""
    parts = {"network": Network, "flow": Flow, "hints": Hints, "optimiser": Optimiser}
    table = {name: filled(parts[name], value) if name in parts else value for name, value in table.items()}
    if "phases" in table:
        table["phases"] = tuple(filled(Phase, phase) for phase in table["phases"])
    return filled(Recipe, table)
