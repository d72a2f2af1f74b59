"""The recolouring head: a velocity field on ab at a quarter of the photograph's size (flow matching, arXiv 2210.02747).

Colours x of a photograph and Gaussian noise z are joined by the line x_t = (1 − t) x + t z, t from 0 to 1. The head
learns its direction z − x; following it from t = 1 to 0 makes of noise a colouring (`sampler`).

It is two networks. `condition` sees what a photograph offers (features of the frozen encoder, the single answer,
lightness, hints) and gives a map for each level: once for each photograph and set of hints. `velocity` sees the
noisy colours, the time and those maps: once for each step of each candidate.

`condition` goes down like an encoder; `velocity` is a U-Net (arXiv 1505.04597) with self-attention at a sixteenth. Both
are of ConvNeXt's blocks (arXiv 2201.03545); the time acts as scale, shift and gate of each (arXiv 2212.09748). All
operators are those that DDColor already needs on a GPU: what the time decides are vectors by channel, so that a
program reckons them once for each of its few steps.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ddcolor.architecture import shuffle
from recolour.config import HEAD_CHANNELS, RecolourConfig
from training.layers import NORM_EPSILON, ChannelNorm, LayerNorm, typed_as

#: The head works at the photograph's sides divided by this.
CELL = 4
#: Planes of a hint: a, b and where they hold.
HINT_PLANES = 3

#: Maps [N, dims[i], h / 2^i, w / 2^i] that `condition` gives and `velocity` takes.
Conditions = tuple[Tensor, Tensor, Tensor]


def time_code(time: Tensor, channels: int) -> Tensor:
    """Sines and cosines [N, channels] of times [N] in 0–1 (arXiv 2006.11239): rates from 1000 down to 0.1 or so.

    An input of the exported graph: half precision cannot tell such angles apart.
    """
    half = channels // 2
    rate = 1000 * torch.exp(torch.arange(half, device=time.device, dtype=torch.float32) * (-math.log(1e4) / half))
    angle = time.float()[:, None] * rate
    return torch.cat([angle.sin(), angle.cos()], 1)


class Block(nn.Module):
    """ConvNeXt's block: depthwise 7 × 7, norm, two linear layers, layer scale. With `embedding`, the time acts on it.

    The time's vectors are added to the norm's scale and shift and to the layer scale, so that they stay one
    affine map and one factor by channel.
    """

    def __init__(self, channels: int, embedding: int = 0, layer_scale: float = 0.1) -> None:
        super().__init__()
        self.dw = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = LayerNorm(channels, eps=NORM_EPSILON)
        self.up = nn.Linear(channels, 4 * channels)
        self.down = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(torch.full((channels,), layer_scale))
        self.time = None
        if embedding:
            self.time = nn.Linear(embedding, 3 * channels)
            nn.init.zeros_(self.time.weight)
            nn.init.zeros_(self.time.bias)

    def forward(self, x: Tensor, moment: Tensor | None = None) -> Tensor:
        """x [N, C, H, W]; moment [N, embedding], where the time acts."""
        y = self.norm(self.dw(x).permute(0, 2, 3, 1))
        gamma = typed_as(self.gamma, y)
        if self.time is not None:
            scale, shift, gate = self.time(moment)[:, None, None].split(len(self.gamma), -1)
            y = y * (1 + scale) + shift
            gamma = gamma + gate
        y = self.down(F.gelu(self.up(y))) * gamma
        return x + y.permute(0, 3, 1, 2)


class SelfAttention(nn.Module):
    """Every cell of a small map looks at all others."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = LayerNorm(channels, eps=NORM_EPSILON)
        self.q, self.k, self.v, self.o = (nn.Linear(channels, channels) for _ in range(4))
        nn.init.zeros_(self.o.weight)
        nn.init.zeros_(self.o.bias)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] → the same shape."""
        n, channels, height, width = x.shape
        cells = self.norm(x.permute(0, 2, 3, 1).reshape(n, height * width, channels))

        def split(t: Tensor) -> Tensor:
            return t.reshape(n, height * width, channels // HEAD_CHANNELS, HEAD_CHANNELS).transpose(1, 2)

        found = F.scaled_dot_product_attention(split(self.q(cells)), split(self.k(cells)), split(self.v(cells)))
        found = self.o(found.transpose(1, 2).reshape(n, height * width, channels))
        return x + found.reshape(n, height, width, channels).permute(0, 3, 1, 2)


class Down(nn.Sequential):
    """Norm and a 2 × 2 convolution of stride 2, as between ConvNeXt's stages."""

    def __init__(self, channels_in: int, channels: int) -> None:
        super().__init__(ChannelNorm(channels_in), nn.Conv2d(channels_in, channels, 2, 2))


class Up(nn.Module):
    """A deeper map brought up by pixel shuffle, and what was kept on the way down, added after a 1 × 1 convolution each."""

    def __init__(self, channels_in: int, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, 4 * channels, 1)
        # ICNR (arXiv 1707.02937): the pixels of a cell start out equal.
        self.conv.weight.data = self.conv.weight.data[::4].repeat_interleave(4, 0)
        self.conv.bias.data = self.conv.bias.data[::4].repeat_interleave(4, 0)
        self.skip = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, kept: Tensor) -> Tensor:
        return shuffle(self.conv(x), 2) + self.skip(kept)


class Condition(nn.Module):
    """What the photograph says, at three levels."""

    def __init__(self, config: RecolourConfig) -> None:
        super().__init__()
        dims = config.dims
        self.norm = ChannelNorm(config.features)
        self.stem = nn.Conv2d(config.features + 2 + 1 + HINT_PLANES, dims[0], 3, padding=1)
        #: Tells features of zero from none.
        self.absent = nn.Parameter(torch.zeros(dims[0], 1, 1))
        self.downs = nn.ModuleList([Down(dims[i], dims[i + 1]) for i in range(2)])
        self.stages = nn.ModuleList([_blocks(dims[i], config.condition_depths[i]) for i in range(3)])
        self.outs = nn.ModuleList([ChannelNorm(channels) for channels in dims])

    def forward(self, features: Tensor, answer: Tensor, lightness: Tensor, hints: Tensor, known: Tensor) -> Conditions:
        normed = self.norm(features)
        planes = [plane.to(normed.dtype) for plane in (answer * known, lightness, hints)]
        x = self.stem(torch.cat([normed * known.to(normed.dtype), *planes], 1))
        x = x + typed_as(self.absent, x) * (1 - known).to(x.dtype)
        found = []
        for i, (stage, out) in enumerate(zip(self.stages, self.outs)):
            x = x if i == 0 else self.downs[i - 1](x)
            for block in stage:
                x = block(x)
            found.append(out(x))
        return tuple(found)


class Velocity(nn.Module):
    """The direction in which noisy colours change with time."""

    def __init__(self, config: RecolourConfig) -> None:
        super().__init__()
        dims, embedding = config.dims, config.embedding
        self.attentions = config.attentions
        self.embed = nn.Sequential(nn.Linear(embedding, embedding), nn.GELU(), nn.Linear(embedding, embedding), nn.GELU())
        self.stem = nn.Conv2d(2, dims[0], 3, padding=1)
        self.before = nn.ModuleList([_blocks(dims[i], config.depths[i], embedding) for i in range(2)])
        self.downs = nn.ModuleList([Down(dims[i], dims[i + 1]) for i in range(2)])
        self.middle = _blocks(dims[2], config.depths[2], embedding)
        self.attention = nn.ModuleList([SelfAttention(dims[2]) for _ in range(config.attentions)])
        self.ups = nn.ModuleList([Up(dims[i + 1], dims[i]) for i in range(2)])
        self.after = nn.ModuleList([_blocks(dims[i], config.depths[i], embedding) for i in range(2)])
        self.norm = ChannelNorm(dims[0])
        self.out = nn.Conv2d(dims[0], 2, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, noisy: Tensor, code: Tensor, conditions: Conditions) -> Tensor:
        """code: `time_code` [N, embedding]."""
        moment = self.embed(code)
        x, kept = self.stem(noisy) + conditions[0], []
        for level in range(2):
            x = _through(self.before[level], x, moment)
            kept.append(x)
            x = self.downs[level](x) + conditions[level + 1]
        for i, block in enumerate(self.middle):
            x = block(x, moment)
            if i < self.attentions:
                x = self.attention[i](x)
        for level in (1, 0):
            x = _through(self.after[level], self.ups[level](x, kept[level]), moment)
        return self.out(self.norm(x))


class RecolourHead(nn.Module):
    """Both networks. All planes are at a quarter of the photograph's sides, h and w, multiples of 4.

    They are halved twice. chroma_scale: Lab ab is this times the head's ab, which has about unit variance.
    """

    def __init__(self, config: RecolourConfig, chroma_scale: float) -> None:
        super().__init__()
        self.config, self.chroma_scale = config, chroma_scale
        self.condition_network, self.velocity_network = Condition(config), Velocity(config)

    def condition(self, features: Tensor, answer: Tensor, lightness: Tensor, hints: Tensor, known: Tensor) -> Conditions:
        """Maps for `velocity`. Everything here is in float32 or as autocast narrows it.

        features: [N, features, h, w], of DDColor's `encode`. answer: ab of `paint`, the mean over each cell, by the
        chroma scale, [N, 2, h, w]. lightness: L* / 100 [N, 1, h, w]. hints: ab by the scale where there is a hint and 0
        elsewhere, and 1 or 0 for that, [N, 3, h, w] (`hints`). known: 1 where features and answer
        count, 0 for the direction without them that guidance needs, [N, 1, 1, 1].
        """
        return self.condition_network(features, answer, lightness, hints, known)

    def velocity(self, noisy: Tensor, time: Tensor, conditions: Conditions) -> Tensor:
        """z − x [N, 2, h, w] for noisy colours [N, 2, h, w] at times [N] in 0–1."""
        return self.velocity_network(noisy, time_code(time, self.config.embedding), conditions)


def _blocks(channels: int, depth: int, embedding: int = 0) -> nn.ModuleList:
    return nn.ModuleList([Block(channels, embedding) for _ in range(depth)])


def _through(blocks: nn.ModuleList, x: Tensor, moment: Tensor) -> Tensor:
    for block in blocks:
        x = block(x, moment)
    return x
