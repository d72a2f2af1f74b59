"""A recipe: everything that decides what is trained, read from a TOML file."""

from dataclasses import dataclass, field
from pathlib import Path

from ddcolor.config import VARIANTS
from training.recipe import check_phases, filled, phase_at, read


@dataclass(frozen=True)
class Network:
    #: One of ddcolor.config.VARIANTS; weights to start from must be of the same sizes.
    variant: str = "pico"
    #: Stochastic depth of the last block.
    drop_path: float = 0.15


@dataclass(frozen=True)
class Losses:
    """Weights of the terms; 0 leaves a term out, and what it alone needs."""

    pixel: float = 1.0
    #: How much more rare colours count in `pixel`: the power of one over their share.
    rebalance: float = 0.4
    #: Between these L* the wanted chroma falls to nothing: shadows are kept from being stained.
    shadow: tuple[float, float] = (2.0, 12.0)
    regional: float = 0.5
    #: Minus the PSNR, in tens of dB.
    fidelity: float = 0.0
    perceptual: float = 1.0
    distill: float = 0.5
    #: How hard the adversarial term pulls on ab, as a share of all others together.
    gan: float = 0.0
    #: Share of the schedule at which the adversarial term begins; the discriminator's lead and the
    #: term's rise to its full weight take `gan_ramp` each.
    gan_start: float = 0.3
    gan_ramp: float = 0.05
    colourfulness: float = 0.5
    #: Share of each batch that the frozen network, and the discriminator, see.
    perceptual_share: float = 0.375
    gan_share: float = 0.5


@dataclass(frozen=True)
class Optimiser:
    rate: float = 3e-4
    #: The rate at the end, as a share.
    final: float = 0.02
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.05
    #: Share of the schedule in which the rate rises.
    warm_up: float = 0.02
    #: Largest norm of the gradient.
    clip: float = 1.0
    gan_rate: float = 1e-4
    #: Decay of the moving average of the weights, a step.
    average: float = 0.9995
    #: Share of the schedule after which batch norms use their running statistics, as in use.
    freeze_norms: float = 0.7


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
    film: float = 0.5
    #: Smallest and largest share of the photograph, by area, that a crop shows.
    scale: tuple[float, float] = (0.3, 1.0)


@dataclass(frozen=True)
class Recipe:
    network: Network = field(default_factory=Network)
    losses: Losses = field(default_factory=Losses)
    optimiser: Optimiser = field(default_factory=Optimiser)
    phases: tuple[Phase, ...] = (Phase(1.0, ((160, 160),), 128),)
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
    """The recipe of a file, with changes such as "losses.gan = 0.1" made to it (`training.recipe.read`)."""
    return read(path, changes or [], recipe_of)


def recipe_of(table: dict) -> Recipe:
    """The recipe of a table as TOML or `dataclasses.asdict` gives it."""
    parts = {"network": Network, "losses": Losses, "optimiser": Optimiser}
    table = {name: filled(parts[name], value) if name in parts else value for name, value in table.items()}
    if "phases" in table:
        table["phases"] = tuple(filled(Phase, phase) for phase in table["phases"])
    return filled(Recipe, table)
