"""A recipe: everything that decides what is trained, read from a TOML file."""

from dataclasses import dataclass, field
from pathlib import Path

from repair.config import VARIANTS
from training.recipe import check_phases, filled, phase_at, read


@dataclass(frozen=True)
class Network:
    #: One of repair.config.VARIANTS.
    variant: str = "small"


@dataclass(frozen=True)
class Losses:
    """Weights of the terms."""

    velocity: float = 1.0
    #: Minus the PSNR inside the damage of the mean estimate, in tens of dB.
    fidelity: float = 0.1
    entropy: float = 1.0
    dice: float = 0.5
    #: Share of a batch at level 1, where the estimate is the mean of all that could be there.
    mean_share: float = 0.4
    #: Share of a batch whose damaged pixels are hidden from the restorer: what is painted over need not look damaged.
    hidden: float = 0.25
    #: Share of the pictures that nothing happens to.
    undamaged: float = 0.06


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
    average: float = 0.999


@dataclass(frozen=True)
class Phase:
    """A stretch of the schedule with one size."""

    #: Share of the schedule at which it ends.
    until: float
    #: Heights and widths, multiples of 16; each step takes one of them.
    shapes: tuple[tuple[int, int], ...]
    #: Pictures a step on each GPU.
    batch: int
    #: Share of the pictures that are made old film.
    film: float = 0.5
    #: Smallest and largest share of the photograph, by area, that a crop shows.
    scale: tuple[float, float] = (0.3, 1.0)


@dataclass(frozen=True)
class Recipe:
    network: Network = field(default_factory=Network)
    losses: Losses = field(default_factory=Losses)
    optimiser: Optimiser = field(default_factory=Optimiser)
    phases: tuple[Phase, ...] = (Phase(1.0, ((128, 128),), 64),)
    #: Photographs of the training tars kept for validation: choices are made on them.
    held_out: int = 96
    seed: int = 1

    def __post_init__(self) -> None:
        if self.network.variant not in VARIANTS:
            raise ValueError(f"network.variant must be one of {', '.join(VARIANTS)}")
        check_phases(self.phases)
        if any(side % 16 for phase in self.phases for shape in phase.shapes for side in shape):
            raise ValueError("the sides of a phase's shapes must be multiples of 16")

    def phase_at(self, progress: float) -> Phase:
        """The phase of a share 0–1 of the schedule."""
        return phase_at(self.phases, progress)


def read_recipe(path: Path, changes: list[str] | None = None) -> Recipe:
    """The recipe of a file, with changes such as "losses.dice = 0" made to it (`training.recipe.read`)."""
    return read(path, changes or [], recipe_of)


def recipe_of(table: dict) -> Recipe:
    """The recipe of a table as TOML or `dataclasses.asdict` gives it."""
    parts = {"network": Network, "losses": Losses, "optimiser": Optimiser}
    table = {name: filled(parts[name], value) if name in parts else value for name, value in table.items()}
    if "phases" in table:
        table["phases"] = tuple(filled(Phase, phase) for phase in table["phases"])
    return filled(Recipe, table)
