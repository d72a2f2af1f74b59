"""Sizes of the two networks, and the named ones."""

from dataclasses import dataclass

from repair.interpolation import HALVINGS


@dataclass(frozen=True)
class UNetConfig:
    """widths: channels at strides cell, 2 · cell, 4 · cell, …; blocks: how many on the way down, and again on the way up.

    heads: of the attention at the coarsest stride; 0: none. cell: pixels a side of the finest features, 1 or 2.
    """

    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    heads: int = 0
    cell: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "blocks", tuple(self.blocks))
        if len(self.widths) != len(self.blocks) or len(self.widths) < 2:
            raise ValueError("a U-Net has two depths or more, with a width and a number of blocks each")
        if self.heads and self.widths[-1] % self.heads:
            raise ValueError("the coarsest width must be a multiple of the heads")
        if self.cell not in (1, 2):
            raise ValueError("a cell is one pixel or 2 × 2")

    @property
    def multiple(self) -> int:
        """Sides of a picture must be multiples of this."""
        return self.cell * 2 ** (len(self.widths) - 1)


@dataclass(frozen=True)
class RepairConfig:
    """time: channels of the embedded noise level."""

    restorer: UNetConfig
    detector: UNetConfig
    time: int = 128

    @property
    def multiple(self) -> int:
        """Sides of a picture must be multiples of this: of both networks', and of what interpolation halves."""
        return max(self.restorer.multiple, self.detector.multiple, 2**HALVINGS)


#: The probe has every part and no ability: tests train it in seconds. The slim one is for tries on a processor.
VARIANTS = {
    "probe": RepairConfig(UNetConfig((8, 16, 24), (1, 1, 1), heads=2, cell=1), UNetConfig((8, 16), (1, 1)), time=16),
    "slim": RepairConfig(
        UNetConfig((16, 32, 64, 96), (1, 1, 1, 1), heads=4, cell=1), UNetConfig((16, 24, 32), (1, 1, 1))
    ),
    "small": RepairConfig(
        UNetConfig((32, 64, 128, 192, 224), (1, 2, 2, 2, 1), heads=4, cell=1), UNetConfig((16, 32, 64, 80), (1, 1, 1, 1))
    ),
}


def config_of(table: dict) -> RepairConfig:
    """The configuration of a table that `dataclasses.asdict` gave."""
    parts = {name: UNetConfig(**table[name]) for name in ("restorer", "detector")}
    return RepairConfig(**table | parts)
