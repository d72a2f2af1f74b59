"""A recipe of repair: everything that decides what is trained."""

from dataclasses import dataclass, field

from repair.config import VARIANTS
from training import recipe


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
    #: Share of a batch that the detector sees as it was, undamaged.
    undamaged: float = 0.06
    #: Share of the pictures that are mirrored top to bottom, as two of the four views of `sampling.VIEWS` are.
    upside_down: float = 0.0


@dataclass(frozen=True)
class Recipe(recipe.Recipe):
    MULTIPLE = 16

    network: Network = field(default_factory=Network)
    losses: Losses = field(default_factory=Losses)
    held_out: int = 96

    def __post_init__(self) -> None:
        if self.network.variant not in VARIANTS:
            raise ValueError(f"network.variant must be one of {', '.join(VARIANTS)}")
        super().__post_init__()
