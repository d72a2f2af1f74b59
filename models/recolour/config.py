"""Sizes of a recolouring head, and the named ones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RecolourConfig:
    """What determines every weight's shape.

    features: channels of the encoder's feature map, DDColor's `feature_channels`.
    dims: channels at a quarter, an eighth and a sixteenth of the photograph's side.
    condition_depths, depths: blocks at each of these, of the condition network and of the velocity network;
    the last of `depths` are at the coarsest level, the others are made on the way down and again on the way up.
    attentions: of the coarsest blocks of the velocity network, so many are followed by self-attention.
    embedding: channels of the time's code.
    """

    features: int = 96
    dims: tuple[int, ...] = (64, 128, 256)
    condition_depths: tuple[int, ...] = (2, 1, 1)
    depths: tuple[int, ...] = (2, 2, 4)
    attentions: int = 2
    embedding: int = 128

    def __post_init__(self) -> None:
        for name in ("dims", "condition_depths", "depths"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not len(self.dims) == len(self.condition_depths) == len(self.depths) == 3:
            raise ValueError("a recolouring head has three levels: three dims and three of each depths")
        if any(channels % 4 for channels in self.dims) or self.dims[-1] % HEAD_CHANNELS:
            raise ValueError(f"dims must be multiples of 4, and the last one of {HEAD_CHANNELS}")
        if self.attentions > self.depths[-1] or self.embedding % 2:
            raise ValueError("attentions cannot be more than the coarsest blocks, and embedding must be even")


#: Channels of an attention head, as in DDColor: the GPU kernel knows no other.
HEAD_CHANNELS = 32

#: The probe has every part and no ability: tests train it in seconds. It goes with DDColor's probe.
VARIANTS = {
    "probe": RecolourConfig(40, (16, 24, 32), (1, 1, 1), (1, 1, 2), attentions=1, embedding=16),
    "small": RecolourConfig(),
}
