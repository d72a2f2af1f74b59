"""The two networks: U-Nets, the restorer's over pixels, the detector's over cells of 2 × 2; local but for one attention.

Blocks are a norm over the channels of each pixel (no statistics of the whole picture, so tiles agree),
two 3 × 3 convolutions and a GELU; the noise level scales and shifts the norm, as in arXiv 2212.09748.
Skips are added (arXiv 2204.04676). Gray is in the units of the latent: 2 · sRGB gray − 1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from repair.config import RepairConfig, UNetConfig
from training.layers import ChannelNorm, LayerNorm

#: Entries of the sine code of a noise level, and the rate of its fastest.
TIME_CODE, FASTEST = 64, 1000.0


def time_code(level: Tensor) -> Tensor:
    """Noise levels 0–1 [N] as float32 [N, 64, 1, 1]: 32 sines, then 32 cosines, of 1000 · level / 10000^(j / 32)."""
    place = torch.arange(TIME_CODE // 2, device=level.device, dtype=torch.float32)
    angle = level.float()[:, None] * FASTEST * torch.exp(-math.log(10000.0) * place / (TIME_CODE // 2))
    return torch.cat([angle.sin(), angle.cos()], 1)[:, :, None, None]


class Block(nn.Module):
    """x + conv(gelu(conv(norm(x)))); time: channels of the embedded level, 0 where there is none."""

    def __init__(self, channels: int, time: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.modulation = nn.Conv2d(time, 2 * channels, 1) if time else None
        nn.init.zeros_(self.second.bias)
        with torch.no_grad():
            self.second.weight *= 0.2
        if self.modulation is not None:
            nn.init.zeros_(self.modulation.weight)
            nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, embedded: Tensor | None) -> Tensor:
        y = self.norm(x)
        if self.modulation is not None:
            scale, shift = self.modulation(embedded).chunk(2, 1)
            y = y * (1 + scale) + shift
        return x + self.second(F.gelu(self.first(y)))


class Attention(nn.Module):
    """Every position of the coarsest map looks at every other."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = LayerNorm(channels)
        self.q, self.k, self.v, self.out = (nn.Linear(channels, channels) for _ in range(4))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        n, c, height, width = x.shape
        tokens = self.norm(x.flatten(2).transpose(1, 2))

        def split(y: Tensor) -> Tensor:
            return y.view(n, height * width, self.heads, c // self.heads).transpose(1, 2)

        found = F.scaled_dot_product_attention(split(self.q(tokens)), split(self.k(tokens)), split(self.v(tokens)))
        mixed = self.out(found.transpose(1, 2).reshape(n, height * width, c))
        return x + mixed.transpose(1, 2).reshape(n, c, height, width)


def enlarged(x: Tensor) -> Tensor:
    """Each pixel as 2 × 2 of them, in x's type: autocast would widen it, and with it all that follows."""
    with torch.autocast(x.device.type, enabled=False):
        return F.interpolate(x, scale_factor=2.0, mode="nearest")


class UNet(nn.Module):
    """Planes [N, planes, H, W] → one plane [N, 1, H, W]; H and W are multiples of `config.multiple`."""

    def __init__(self, config: UNetConfig, planes: int, time: int = 0) -> None:
        super().__init__()
        widths, self.cell = config.widths, config.cell
        # Cells of 2 × 2 pixels: full resolution goes in and comes out, and costs a quarter.
        self.stem = nn.Conv2d(planes, widths[0], 2, 2) if self.cell == 2 else nn.Conv2d(planes, widths[0], 3, padding=1)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for depth, (channels, count) in enumerate(zip(widths, config.blocks)):
            self.down_blocks.append(nn.ModuleList([Block(channels, time) for _ in range(count)]))
            self.up_blocks.append(nn.ModuleList([Block(channels, time) for _ in range(count)]))
            if depth + 1 < len(widths):
                self.downs.append(nn.Conv2d(channels, widths[depth + 1], 2, 2))
                self.ups.append(nn.Conv2d(widths[depth + 1], channels, 1))
        self.attention = Attention(widths[-1], config.heads) if config.heads else None
        self.norm = ChannelNorm(widths[0])
        self.head = nn.Conv2d(widths[0], self.cell**2, 1)

    def forward(self, planes: Tensor, embedded: Tensor | None = None) -> Tensor:
        x = self.stem(planes)
        skips: list[Tensor] = []
        for depth, blocks in enumerate(self.down_blocks):
            for block in blocks:
                x = block(x, embedded)
            if depth < len(self.downs):
                skips.append(x)
                x = self.downs[depth](x)
        if self.attention is not None:
            x = self.attention(x)
        for depth in reversed(range(len(self.up_blocks))):
            if depth < len(self.ups):
                x = enlarged(self.ups[depth](x)) + skips[depth]
            for block in self.up_blocks[depth]:
                x = block(x, embedded)
        pixels = self.head(self.norm(x))
        return F.pixel_shuffle(pixels, 2) if self.cell == 2 else pixels


class Restorer(nn.Module):
    """What damage hides, estimated from a noisy guess and all that is known."""

    def __init__(self, config: RepairConfig) -> None:
        super().__init__()
        first, second = nn.Conv2d(TIME_CODE, config.time, 1), nn.Conv2d(config.time, config.time, 1)
        self.embed = nn.Sequential(first, nn.GELU(), second, nn.GELU())
        self.unet = UNet(config.restorer, 4, config.time)
        # What is not known is first taken to be what interpolation says.
        nn.init.zeros_(self.unet.head.weight)
        nn.init.zeros_(self.unet.head.bias)

    def forward(self, noisy: Tensor, gray: Tensor, mask: Tensor, base: Tensor, time: Tensor) -> Tensor:
        """The clean picture [N, 1, H, W], about −1…1; only its masked part counts.

        noisy: (1 − level) · clean + level · noise where mask is 1, gray elsewhere; gray: the damaged
        picture; mask: 0 or 1; base: `interpolation.interpolated(gray, mask)`, from which the network tells the
        difference; time: `time_code(level)`. The velocity is (noisy − clean) / level.
        """
        return base + self.unet(torch.cat([noisy, gray, mask, base], 1), self.embed(time))


class Detector(nn.Module):
    """Where a picture is damaged."""

    def __init__(self, config: RepairConfig) -> None:
        super().__init__()
        self.unet = UNet(config.detector, 1)
        # Damage is rare: a twentieth of the pixels.
        nn.init.constant_(self.unet.head.bias, -3.0)

    def forward(self, gray: Tensor) -> Tensor:
        """Logits [N, 1, H, W] of a picture's gray [N, 1, H, W] in −1…1."""
        return self.unet(gray)


class Repair(nn.Module):
    """Both, trained and kept together."""

    def __init__(self, config: RepairConfig) -> None:
        super().__init__()
        self.config = config
        self.restorer, self.detector = Restorer(config), Detector(config)
