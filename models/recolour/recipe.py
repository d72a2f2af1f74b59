"""A recipe of recolour: everything that decides what is trained."""

from dataclasses import dataclass, field

from recolour.config import VARIANTS
from recolour.hints import Hints
from training import recipe


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
class Recipe(recipe.Recipe):
    network: Network = field(default_factory=Network)
    flow: Flow = field(default_factory=Flow)
    hints: Hints = field(default_factory=Hints)

    def __post_init__(self) -> None:
        if self.network.variant not in VARIANTS:
            raise ValueError(f"network.variant must be one of {', '.join(VARIANTS)}")
        super().__post_init__()
