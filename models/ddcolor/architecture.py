"""DDColor (arXiv 2212.11613) in two halves, with the query maps folded away.

As published, 100 colour queries become 100 maps at the picture's size, which a 1 × 1 convolution mixes
to ab. All after the last ReLU is linear, so the mixing is contracted with the queries first: `encode`
ends in a colour kernel of 2 × C numbers, `paint` applies it, and the maps never exist.

The encoder is ConvNeXt (arXiv 2201.03545), the pixel decoder a U-Net of pixel shuffles with blur
(arXiv 1707.02937, 1806.02658), the colour decoder a transformer (Mask2Former's, arXiv 2112.01527).

Module names are those of the packed weights: tensors.json and the GPU kernels go by them.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ddcolor.config import DDColorConfig
from training.layers import NORM_EPSILON, ChannelNorm, LayerNorm, typed_as

#: Strides of the three feature maps that the colour queries look at, in the tables' order.
STRIDES = (16, 8, 4)
#: Each side of a stride-4 cell has so many pixels; `paint` makes their square from every cell.
CELL = 4
#: Sides of a picture must be multiples of this.
MULTIPLE = 32
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def sine_table(length: int, channels: int) -> Tensor:
    """One axis of the sine position code (arXiv 2005.12872): float32 [length, channels].

    Entry (i, 2j) is sin(p / t) and (i, 2j + 1) is cos(p / t), p = 2π (i + 1) / (length + 1e-6),
    t = 10000^(2j / channels). In float64 until the end, as published.
    """
    rate = 10000.0 ** (2 * (np.arange(channels) // 2) / channels)
    place = (np.arange(length) + 1) / (length + 1e-6) * 2 * math.pi
    angle = place[:, None] / rate
    table = np.stack((np.sin(angle[:, 0::2]), np.cos(angle[:, 1::2])), -1).reshape(length, channels)
    return torch.from_numpy(table.astype(np.float32))


def position_tables(height: int, width: int, channels: int) -> tuple[Tensor, ...]:
    """The six tables of a picture, y16, x16, y8, x8, y4, x4: each [side / stride, channels]."""
    return tuple(sine_table(side // stride, channels) for stride in STRIDES for side in (height, width))


class Block(nn.Module):
    """ConvNeXt's block: depthwise 7 × 7, norm, two linear layers, layer scale, stochastic depth."""

    def __init__(self, channels: int, drop: float, layer_scale: float = 0.1) -> None:
        super().__init__()
        self.dw = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = LayerNorm(channels, eps=NORM_EPSILON)
        self.up = nn.Linear(channels, 4 * channels)
        self.down = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(torch.full((channels,), layer_scale))
        self.drops = drop > 0
        # A tensor, so that compiled blocks of one shape are one, whatever their share.
        self.register_buffer("kept", torch.tensor(1.0 - drop), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.dw(x).permute(0, 2, 3, 1)
        y = self.down(F.gelu(self.up(self.norm(y))))
        y = (y * typed_as(self.gamma, y)).permute(0, 3, 1, 2)
        if self.training and self.drops:
            stays = torch.rand(x.shape[0], 1, 1, 1, device=x.device) < self.kept
            y = y * (stays / self.kept).to(y.dtype)
        return x + y


class Encoder(nn.Module):
    """ConvNeXt without its classifier."""

    def __init__(self, depths: tuple[int, ...], dims: tuple[int, ...], drop_path: float) -> None:
        super().__init__()
        self.down, self.stages, self.norms = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        rates = iter(torch.linspace(0, drop_path, sum(depths)).tolist())
        for i, (depth, channels) in enumerate(zip(depths, dims)):
            if i == 0:
                down = nn.Sequential(nn.Conv2d(3, channels, 4, 4), ChannelNorm(channels))
            else:
                down = nn.Sequential(ChannelNorm(dims[i - 1]), nn.Conv2d(dims[i - 1], channels, 2, 2))
            self.down.append(down)
            self.stages.append(nn.Sequential(*[Block(channels, next(rates)) for _ in range(depth)]))
            self.norms.append(ChannelNorm(channels))

    def forward(self, x: Tensor) -> list[Tensor]:
        """[N, 3, H, W] → four normed maps [N, dims[i], H / s, W / s], s = 4, 8, 16, 32."""
        found = []
        for down, stage, norm in zip(self.down, self.stages, self.norms):
            x = stage(down(x))
            found.append(norm(x))
        return found


def shuffle(x: Tensor, ratio: int) -> Tensor:
    """Pixel shuffle that keeps channels-last memory; PyTorch's own leaves it on a GPU."""
    if torch.onnx.is_in_onnx_export():
        return F.pixel_shuffle(x, ratio)
    n, channels, height, width = x.shape
    cells = x.permute(0, 2, 3, 1).reshape(n, height, width, channels // ratio**2, ratio, ratio)
    pixels = cells.permute(0, 1, 4, 2, 5, 3).reshape(n, height * ratio, width * ratio, channels // ratio**2)
    return pixels.permute(0, 3, 1, 2)


def blur(x: Tensor) -> Tensor:
    """The mean of each pixel with its upper and left neighbours, the border replicated."""
    if torch.onnx.is_in_onnx_export():
        return F.avg_pool2d(F.pad(x, (1, 0, 1, 0), mode="replicate"), 2, 1)
    # Not the pool's own padding: its gradient is wrong on CUDA in channels-last memory (PyTorch issue 188344).
    framed = torch.cat([x[:, :, :1], x], 2)
    framed = torch.cat([framed[..., :1], framed], 3)
    return F.avg_pool2d(framed, 2, 1)


class ShuffleUp(nn.Module):
    """1 × 1 convolution, batch norm where asked, ReLU, pixel shuffle, blur."""

    def __init__(self, channels_in: int, channels: int, ratio: int = 2, norm: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels * ratio**2, 1, bias=not norm)
        # ICNR (arXiv 1707.02937): the pixels of a cell start out equal.
        weight = nn.init.kaiming_normal_(torch.empty(channels, channels_in, 1, 1))
        self.conv.weight.data = weight.repeat_interleave(ratio**2, 0)
        self.bn = nn.BatchNorm2d(channels * ratio**2) if norm else nn.Identity()
        self.ratio = ratio

    def forward(self, x: Tensor) -> Tensor:
        return blur(shuffle(F.relu(self.bn(self.conv(x))), self.ratio))


class Fuse(nn.Module):
    """One step of the U-Net: the deeper map brought up, joined with the encoder's, convolved."""

    def __init__(self, channels_in: int, channels_skip: int, channels: int) -> None:
        super().__init__()
        self.up = ShuffleUp(channels_in, channels)
        self.sbn = nn.BatchNorm2d(channels_skip)
        self.conv = nn.Conv2d(channels + channels_skip, channels, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.bn(F.relu(self.conv(F.relu(torch.cat([self.up(x), self.sbn(skip)], 1)))))


class Attention(nn.Module):
    """Multi-head attention: queries [N, Q, D], keys and values [N, P, D]."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(hidden, hidden) for _ in range(4))
        self.heads = heads

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        n, count, hidden = query.shape

        def split(t: Tensor) -> Tensor:
            return t.reshape(n, -1, self.heads, hidden // self.heads).transpose(1, 2)

        found = F.scaled_dot_product_attention(split(self.q(query)), split(self.k(key)), split(self.v(value)))
        return self.o(found.transpose(1, 2).reshape(n, count, hidden))


class ColourLayer(nn.Module):
    """Cross-attention to one feature map, self-attention, feed-forward; each followed by its norm."""

    def __init__(self, hidden: int, heads: int, feedforward: int) -> None:
        super().__init__()
        self.ca, self.sa = Attention(hidden, heads), Attention(hidden, heads)
        self.f1, self.f2 = nn.Linear(hidden, feedforward), nn.Linear(feedforward, hidden)
        self.n1, self.n2, self.n3 = (LayerNorm(hidden) for _ in range(3))

    def forward(self, x: Tensor, place: Tensor, memory: Tensor, placed_memory: Tensor) -> Tensor:
        x = self.n1(x + self.ca(x + place, placed_memory, memory))
        x = self.n2(x + self.sa(x + place, x + place, x))
        return self.n3(x + self.f2(F.relu(self.f1(x))))


class DDColor(nn.Module):
    """Gray pictures [N, 3, H, W] in 0–1 (Lab lightness as sRGB gray) → Lab ab [N, 2, H, W].

    H and W are multiples of 32. chroma_scale: 20 for weights of this project, 1 for published ones.
    drop_path: stochastic depth of the last block; earlier ones rise to it linearly.
    """

    def __init__(self, config: DDColorConfig, chroma_scale: float = 20.0, drop_path: float = 0.0) -> None:
        super().__init__()
        self.config, self.chroma_scale = config, chroma_scale
        dims, width, hidden = config.dims, config.width, config.hidden
        channels = config.feature_channels
        self.enc = Encoder(config.depths, dims, drop_path)
        self.f0 = Fuse(dims[3], dims[2], width)
        self.f1 = Fuse(width, dims[1], width)
        self.f2 = Fuse(width, dims[0], channels)
        self.last = ShuffleUp(channels, channels, CELL, norm=False)
        self.proj = nn.ModuleList([nn.Conv2d(k, hidden, 1) for k in (width, width, channels)])
        self.level = nn.Parameter(torch.randn(3, hidden) * 0.02)
        self.query = nn.Parameter(torch.randn(config.queries, hidden))
        self.qpos = nn.Parameter(torch.randn(config.queries, hidden))
        self.layers = nn.ModuleList(
            [ColourLayer(hidden, config.heads, config.feedforward) for _ in range(config.layers)]
        )
        self.norm = LayerNorm(hidden)
        self.embed = nn.Sequential(
            *[nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()],
            nn.Linear(hidden, channels),
        )
        self.mix = nn.Conv2d(config.queries + 3, 2, 1)
        nn.init.normal_(self.mix.weight, std=0.02)
        nn.init.zeros_(self.mix.bias)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False)

    def normalise(self, gray: Tensor) -> Tensor:
        """ImageNet's normalisation, as the encoder expects it."""
        return (gray - self.mean) / self.std

    def decode(self, stages: list[Tensor], tables: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """The encoder's four maps → features [N, C, H / 4, W / 4] and colour kernel [N, 2, C]."""
        first = self.f0(stages[3], stages[2])
        second = self.f1(first, stages[1])
        features = self.f2(second, stages[0])
        memories, placed = [], []
        for i, level in enumerate((first, second, features)):
            memory = self.proj[i](level).flatten(2).transpose(1, 2)
            memory = memory + typed_as(self.level[i], memory)
            rows, columns = tables[2 * i], tables[2 * i + 1]
            # By their shapes, not their lengths: an exporter sees a length as a number.
            code = (rows[:, None].expand(-1, columns.shape[0], -1), columns[None].expand(rows.shape[0], -1, -1))
            position = torch.cat(code, -1).reshape(1, -1, self.config.hidden)
            memories.append(memory)
            placed.append(memory + typed_as(position, memory))
        query, place = self.query[None].expand(features.shape[0], -1, -1), self.qpos[None]
        for i, layer in enumerate(self.layers):
            query = layer(query, place, memories[i % 3], placed[i % 3])
        embedding = self.embed(self.norm(query))
        kernel = torch.einsum("oq,bqc->boc", self.mix.weight[:, :-3, 0, 0], embedding)
        return features, kernel

    def encode(self, gray: Tensor, tables: tuple[Tensor, ...] | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Features [N, C, H / 4, W / 4], kernel [N, 2, C] and the normalised gray [N, 3, H, W].

        tables: `position_tables` of the size, on gray's device; made here where none are given.
        """
        if tables is None:
            found = position_tables(gray.shape[2], gray.shape[3], self.config.table_channels)
            tables = tuple(table.to(gray.device) for table in found)
        normalised = self.normalise(gray)
        features, kernel = self.decode(self.enc(normalised), tables)
        return features, kernel, normalised

    def paint(self, features: Tensor, kernel: Tensor, normalised: Tensor) -> Tensor:
        """ab [N, 2, H, W]. Each of a cell's sixteen pixels is contracted to two channels before it is placed.

        The sub-pixels are made four at a time from channels-last features: no map of C channels at full
        size is shuffled, padded, blurred or kept for the gradient in more than one copy.
        """
        if torch.onnx.is_in_onnx_export():
            return self._paint_for_export(features, kernel, normalised)
        n, channels, height, width = features.shape
        cells = features.permute(0, 2, 3, 1).reshape(n, height * width, channels)
        weight = self.last.conv.weight.view(channels, CELL**2, channels).transpose(0, 1)
        bias = self.last.conv.bias.view(channels, CELL**2).transpose(0, 1)
        rows = []
        for row in range(CELL):
            branch = slice(row * CELL, (row + 1) * CELL)
            made = F.relu(F.linear(cells, weight[branch].reshape(-1, channels), bias[branch].reshape(-1)))
            pairs = made.view(n, -1, channels) @ kernel.transpose(1, 2).to(made.dtype)
            rows.append(pairs.view(n, height, width, CELL, 2).float())
        placed = torch.stack(rows, 2).permute(0, 5, 1, 2, 3, 4).reshape(n, 2, height * CELL, width * CELL)
        return self.chroma_scale * (blur(placed) + self._refine(normalised))

    def _paint_for_export(self, features: Tensor, kernel: Tensor, normalised: Tensor) -> Tensor:
        """The same as sixteen convolutions, which a graph of free size can hold."""
        n, _, height, width = features.shape
        weight, bias = self.last.conv.weight, self.last.conv.bias
        pairs = []
        for sub in range(CELL**2):
            made = F.relu(F.conv2d(features, weight[sub :: CELL**2], bias[sub :: CELL**2])).flatten(2)
            pairs.append(torch.matmul(kernel, made).reshape(n, 2, height, width))
        placed = F.pixel_shuffle(torch.stack(pairs, 2).reshape(n, 2 * CELL**2, height, width), CELL)
        return self.chroma_scale * (blur(placed) + self._refine(normalised))

    def _refine(self, normalised: Tensor) -> Tensor:
        """What the gray itself adds to ab, before the scale."""
        return F.conv2d(normalised, self.mix.weight[:, -3:], self.mix.bias)

    def forward(self, gray: Tensor, tables: tuple[Tensor, ...] | None = None) -> Tensor:
        return self.paint(*self.encode(gray, tables))


def published_forward(network: DDColor, gray: Tensor) -> Tensor:
    """ab [N, 2, H, W] as published, without the fold: every query's map at full size.

    The reference that `forward` and the exported graphs are held against.
    """
    found: list[Tensor] = []
    hook = network.embed.register_forward_hook(lambda _module, _inputs, output: found.append(output))
    features, _, normalised = network.encode(gray)
    hook.remove()
    queries = torch.einsum("bqc,bchw->bqhw", found[0], network.last(features))
    return network.mix(torch.cat([queries, normalised], 1)) * network.chroma_scale
