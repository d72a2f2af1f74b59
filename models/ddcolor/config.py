"""Sizes of a DDColor network, and the named ones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DDColorConfig:
    """What determines every weight's shape.

    depths, dims: blocks and channels of the ConvNeXt encoder's four stages (strides 4, 8, 16, 32).
    width: channels of the pixel decoder at strides 16 and 8; half of it at stride 4.
    queries, hidden, heads, feedforward, layers: the colour decoder.
    """

    depths: tuple[int, ...]
    dims: tuple[int, ...]
    width: int
    queries: int = 100
    hidden: int = 256
    heads: int = 8
    feedforward: int = 1024
    layers: int = 6

    def __post_init__(self) -> None:
        object.__setattr__(self, "depths", tuple(self.depths))
        object.__setattr__(self, "dims", tuple(self.dims))
        if len(self.depths) != 4 or len(self.dims) != 4:
            raise ValueError("a ConvNeXt encoder has four stages: four depths and four dims")
        if self.width % 2 or self.hidden % 4 or self.hidden % self.heads:
            raise ValueError("width must be even, and hidden a multiple of four and of the heads")

    @property
    def feature_channels(self) -> int:
        """C: channels of the feature map that `paint` reads."""
        return self.width // 2

    @property
    def table_channels(self) -> int:
        """Channels of one axis of the position code."""
        return self.hidden // 2


#: ConvNeXt's sizes below tiny are timm's (atto to nano); tiny and large are the published DDColors. The
#: probe has every part and no ability: tests train it in seconds.
VARIANTS = {
    "probe": DDColorConfig((1, 1, 2, 1), (40, 48, 56, 64), 80, queries=20, hidden=64, heads=2, feedforward=96, layers=3),
    "atto": DDColorConfig((2, 2, 6, 2), (40, 80, 160, 320), 128),
    "femto": DDColorConfig((2, 2, 6, 2), (48, 96, 192, 384), 192),
    "pico": DDColorConfig((2, 2, 6, 2), (64, 128, 256, 512), 192),
    "nano": DDColorConfig((2, 2, 8, 2), (80, 160, 320, 640), 256),
    "tiny": DDColorConfig((3, 3, 9, 3), (96, 192, 384, 768), 512, feedforward=2048, layers=9),
    "large": DDColorConfig((3, 3, 27, 3), (192, 384, 768, 1536), 512, feedforward=2048, layers=9),
}
