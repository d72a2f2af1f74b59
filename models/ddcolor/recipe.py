"""A recipe of DDColor: everything that decides what is trained."""

from dataclasses import dataclass, field

from ddcolor.config import VARIANTS
from training import recipe


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
class Optimiser(recipe.Optimiser):
    rate: float = 3e-4
    weight_decay: float = 0.05
    gan_rate: float = 1e-4
    #: Share of the schedule after which batch norms use their running statistics, as in use.
    freeze_norms: float = 0.7


@dataclass(frozen=True)
class Recipe(recipe.Recipe):
    network: Network = field(default_factory=Network)
    losses: Losses = field(default_factory=Losses)
    optimiser: Optimiser = field(default_factory=Optimiser)
    phases: tuple[recipe.Phase, ...] = (recipe.Phase(1.0, ((160, 160),), 128),)

    def __post_init__(self) -> None:
        if self.network.variant not in VARIANTS:
            raise ValueError(f"network.variant must be one of {', '.join(VARIANTS)}")
        super().__post_init__()
