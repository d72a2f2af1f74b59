"""The published DDColor, in the layout of its checkpoints: the reference that `convert.py` is held to.

Architecture and names of weights: DDColor (Kang et al. 2023, arXiv 2212.11613), https://github.com/piddnad/DDColor,
Apache-2.0; its encoder is ConvNeXt (Liu et al. 2022, arXiv 2201.03545), its colour decoder follows Mask2Former and
DETR. Written anew from the paper and that layout, and on purpose without a line of our own `architecture.py`: that
the two agree is what the tests of the converter prove.

Nothing here is folded. Spectral norms divide by their own estimate at each call, batch norms stand alone, query maps
are built at full size, and the position code is computed from the size of each map.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import spectral_norm

LAYER_NORM_EPSILON = 1e-6
# ImageNet's, of RGB in 0–1.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
LEVELS = 3
# `random_published` thins out matrices from this many elements on.
LARGE_MATRIX = 4096


@dataclass(frozen=True)
class PublishedConfig:
    """Sizes of a published network. `width` is `nf` there; the colour embeddings have half as many channels."""

    depths: tuple[int, int, int, int]
    dims: tuple[int, int, int, int]
    width: int = 512
    queries: int = 100
    layers: int = 9
    hidden: int = 256
    heads: int = 8
    feedforward: int = 2048


# ddcolor_paper_tiny; and ddcolor_paper, ddcolor_modelscope and ddcolor_artistic.
TINY = PublishedConfig(depths=(3, 3, 9, 3), dims=(96, 192, 384, 768))
LARGE = PublishedConfig(depths=(3, 3, 27, 3), dims=(192, 384, 768, 1536))


class ChannelNorm(nn.Module):
    """Layer norm over the channels of [N, C, H, W], step by step as ConvNeXt has it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        centred = x - x.mean(1, keepdim=True)
        variance = centred.pow(2).mean(1, keepdim=True)
        normal = centred / torch.sqrt(variance + LAYER_NORM_EPSILON)
        return self.weight[:, None, None] * normal + self.bias[:, None, None]


class Block(nn.Module):
    """A block of ConvNeXt: depthwise 7 × 7, layer norm, two linear layers with GELU, layer scale, residual."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=LAYER_NORM_EPSILON)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(torch.full((channels,), 1e-6))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        y = self.gamma * self.pwconv2(F.gelu(self.pwconv1(y)))
        return x + y.permute(0, 3, 1, 2)


class ConvNeXt(nn.Module):
    """The encoder. `norm`, of the pooled features, is in every checkpoint and takes no part in the colours."""

    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        dims = config.dims
        self.downsample_layers = nn.ModuleList([nn.Sequential(nn.Conv2d(3, dims[0], 4, 4), ChannelNorm(dims[0]))])
        for before, after in zip(dims, dims[1:]):
            self.downsample_layers.append(nn.Sequential(ChannelNorm(before), nn.Conv2d(before, after, 2, 2)))
        self.stages = nn.ModuleList(
            nn.Sequential(*(Block(channels) for _ in range(depth))) for depth, channels in zip(config.depths, dims)
        )
        for i, channels in enumerate(dims):
            self.add_module(f"norm{i}", ChannelNorm(channels))
        self.norm = nn.LayerNorm(dims[-1], eps=LAYER_NORM_EPSILON)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Features at strides 4, 8, 16 and 32 of a normalised picture [N, 3, H, W], each after its norm."""
        features = []
        for i, (down, stage) in enumerate(zip(self.downsample_layers, self.stages)):
            x = stage(down(x))
            features.append(getattr(self, f"norm{i}")(x))
        return features


class Encoder(nn.Module):
    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.arch = ConvNeXt(config)

    def forward(self, x: Tensor) -> list[Tensor]:
        return self.arch(x)


class ShuffleUp(nn.Module):
    """1 × 1 convolution with spectral norm, ReLU, pixel shuffle, and a 2 × 2 blur (arXiv 1806.02658)."""

    def __init__(self, channels_in: int, channels_out: int, scale: int, has_batch_norm: bool) -> None:
        super().__init__()
        channels = channels_out * scale**2
        self.conv = nn.Sequential(spectral_norm(nn.Conv2d(channels_in, channels, 1, bias=not has_batch_norm)))
        if has_batch_norm:
            self.conv.append(nn.BatchNorm2d(channels))
        self.shuf = nn.PixelShuffle(scale)
        self.pad = nn.ReplicationPad2d((1, 0, 1, 0))
        self.blur = nn.AvgPool2d(2, stride=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.blur(self.pad(self.shuf(F.relu(self.conv(x)))))


class UnetBlock(nn.Module):
    """Twice the size, joined with the encoder's features there, and a 3 × 3 convolution."""

    def __init__(self, channels_in: int, channels_skip: int, channels_out: int) -> None:
        super().__init__()
        self.shuf = ShuffleUp(channels_in, channels_out, 2, has_batch_norm=True)
        self.bn = nn.BatchNorm2d(channels_skip)
        joined = nn.Conv2d(channels_out + channels_skip, channels_out, 3, padding=1, bias=False)
        self.conv = nn.Sequential(spectral_norm(joined), nn.ReLU(), nn.BatchNorm2d(channels_out))

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.conv(F.relu(torch.cat([self.shuf(x), self.bn(skip)], dim=1)))


class SelfAttentionLayer(nn.Module):
    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(config.hidden, config.heads)
        self.norm = nn.LayerNorm(config.hidden)

    def forward(self, x: Tensor, position: Tensor) -> Tensor:
        placed = x + position
        return self.norm(x + self.self_attn(placed, placed, value=x)[0])


class CrossAttentionLayer(nn.Module):
    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.multihead_attn = nn.MultiheadAttention(config.hidden, config.heads)
        self.norm = nn.LayerNorm(config.hidden)

    def forward(self, x: Tensor, position: Tensor, memory: Tensor, code: Tensor) -> Tensor:
        mixed = self.multihead_attn(query=x + position, key=memory + code, value=memory)[0]
        return self.norm(x + mixed)


class FeedForwardLayer(nn.Module):
    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.linear1 = nn.Linear(config.hidden, config.feedforward)
        self.linear2 = nn.Linear(config.feedforward, config.hidden)
        self.norm = nn.LayerNorm(config.hidden)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + self.linear2(F.relu(self.linear1(x))))


class Embedding(nn.Module):
    """Three linear layers with ReLU between them."""

    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        sides = (config.hidden, config.hidden, config.hidden, config.width // 2)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sides, sides[1:]))

    def forward(self, x: Tensor) -> Tensor:
        first, second, last = self.layers
        return last(F.relu(second(F.relu(first(x)))))


def position_code(features: Tensor, channels: int) -> Tensor:
    """DETR's sine code, normalised, of a map [N, C, H, W]: [N, channels, H, W], rows first and then columns."""
    ones = ~torch.zeros((features.size(0), features.size(2), features.size(3)), dtype=torch.bool)
    rows, columns = ones.cumsum(1, dtype=torch.float32), ones.cumsum(2, dtype=torch.float32)
    rows = rows / (rows[:, -1:, :] + 1e-6) * (2 * math.pi)
    columns = columns / (columns[:, :, -1:] + 1e-6) * (2 * math.pi)
    steps = torch.arange(channels // 2, dtype=torch.float32)
    periods = 10000 ** (2 * (steps // 2) / (channels // 2))

    def waves(place: Tensor) -> Tensor:
        phase = place[:, :, :, None] / periods
        return torch.stack((phase[..., 0::2].sin(), phase[..., 1::2].cos()), dim=4).flatten(3)

    return torch.cat((waves(rows), waves(columns)), dim=3).permute(0, 3, 1, 2)


class ColorDecoder(nn.Module):
    """Queries attend to three scales by turns; each becomes a colour embedding, and that a map."""

    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        hidden, width = config.hidden, config.width
        self.hidden = hidden
        self.transformer_self_attention_layers = nn.ModuleList(
            SelfAttentionLayer(config) for _ in range(config.layers)
        )
        self.transformer_cross_attention_layers = nn.ModuleList(
            CrossAttentionLayer(config) for _ in range(config.layers)
        )
        self.transformer_ffn_layers = nn.ModuleList(FeedForwardLayer(config) for _ in range(config.layers))
        self.decoder_norm = nn.LayerNorm(hidden)
        self.query_feat = nn.Embedding(config.queries, hidden)
        self.query_embed = nn.Embedding(config.queries, hidden)
        self.level_embed = nn.Embedding(LEVELS, hidden)
        self.input_proj = nn.ModuleList(nn.Conv2d(channels, hidden, 1) for channels in (width, width, width // 2))
        self.color_embed = Embedding(config)

    def forward(self, levels: list[Tensor], full: Tensor) -> Tensor:
        """Query maps [N, queries, H, W] from three maps, coarse to fine, and the features at full size."""
        codes, memories = [], []
        for i, level in enumerate(levels):
            codes.append(position_code(level, self.hidden).flatten(2).permute(2, 0, 1))
            memory = self.input_proj[i](level).flatten(2) + self.level_embed.weight[i][None, :, None]
            memories.append(memory.permute(2, 0, 1))
        batch = memories[0].shape[1]
        position = self.query_embed.weight.unsqueeze(1).repeat(1, batch, 1)
        x = self.query_feat.weight.unsqueeze(1).repeat(1, batch, 1)
        for i, (cross, own, wide) in enumerate(
            zip(
                self.transformer_cross_attention_layers,
                self.transformer_self_attention_layers,
                self.transformer_ffn_layers,
            )
        ):
            x = wide(own(cross(x, position, memories[i % LEVELS], codes[i % LEVELS]), position))
        embeddings = self.color_embed(self.decoder_norm(x).transpose(0, 1))
        return torch.einsum("bqc,bchw->bqhw", embeddings, full)


class Decoder(nn.Module):
    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        width, dims = config.width, config.dims
        self.layers = nn.ModuleList(
            (
                UnetBlock(dims[3], dims[2], width),
                UnetBlock(width, dims[1], width),
                UnetBlock(width, dims[0], width // 2),
            )
        )
        self.last_shuf = ShuffleUp(width // 2, width // 2, 4, has_batch_norm=False)
        self.color_decoder = ColorDecoder(config)

    def forward(self, features: list[Tensor]) -> Tensor:
        coarse = self.layers[0](features[3], features[2])
        middle = self.layers[1](coarse, features[1])
        fine = self.layers[2](middle, features[0])
        return self.color_decoder([coarse, middle, fine], self.last_shuf(fine))


class PublishedDDColor(nn.Module):
    """ab [N, 2, H, W] in Lab units, not clamped, of a gray picture [N, 3, H, W] in 0–1; sides are multiples of 32."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        refine = spectral_norm(nn.Conv2d(config.queries + 3, 2, 1))
        self.refine_net = nn.Sequential(nn.Sequential(refine))
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, gray: Tensor) -> Tensor:
        x = (gray - self.mean) / self.std
        maps = self.decoder(self.encoder(x))
        return self.refine_net(torch.cat([maps, x], dim=1))


@torch.no_grad()
def random_published(config: PublishedConfig, seed: int, density: float = 1.0) -> PublishedDDColor:
    """A network in inference with random weights of every kind, none at the value that training starts from.

    Its batch norms have statistics of their own and its spectral norms estimates that are not quite the largest
    singular value, so that a fold that leaves one out, or computes it anew, gives other colours. Activations
    keep their size through the whole depth, and ab have a standard deviation of 20.

    density: the share of weights in large matrices that are not zero. Below 1 those have one size and two signs:
    such a network is as good for a test, and its file compresses well.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        # Without the values that modules begin with: they take longer than all the rest.
        network = PublishedDDColor(config).eval()
    network.to_empty(device="cpu")
    network.mean.copy_(torch.tensor(MEAN).view(1, 3, 1, 1))
    network.std.copy_(torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def normal(target: Tensor, mean: float, spread: float) -> None:
        target.normal_(mean, spread, generator=generator)
        if density < 1 and target.dim() > 1 and target.numel() >= LARGE_MATRIX:
            kept = torch.rand(target.shape, generator=generator) < density
            # Not a product with `kept`: half of its zeros would be negative, and would not compress.
            target.copy_(torch.where(kept, target.sign() * spread / density**0.5, 0.0))

    for module in network.modules():
        for name, weight in module.named_parameters(recurse=False):
            if name == "gamma":
                weight.uniform_(0.05, 0.3, generator=generator)
            elif weight.dim() > 1:
                normal(weight, 0, 1 if isinstance(module, nn.Embedding) else weight[0].numel() ** -0.5)
            elif name == "weight":
                normal(weight, 1, 0.2)
            else:
                normal(weight, 0, 0.1)
        if isinstance(module, nn.BatchNorm2d):
            module.num_batches_tracked.fill_(1000)
            normal(module.running_mean, 0.1, 0.1)
            module.running_var.uniform_(0.1, 0.6, generator=generator)
        if hasattr(module, "weight_orig"):
            # Two rounds of the power method, as far as training has come at any step; see torch.nn.utils.spectral_norm.
            matrix = module.weight_orig.flatten(1)
            normal(module.weight_u, 0, 1)
            for _ in range(2):
                module.weight_v.copy_(F.normalize(matrix.T @ module.weight_u, dim=0))
                module.weight_u.copy_(F.normalize(matrix @ module.weight_v, dim=0))
    last = network.decoder.color_decoder.color_embed.layers[2]
    weights = (last.weight, last.bias)
    gray = drawn_gray(64, 64, seed)
    colours = network(gray)
    for weight in weights:
        weight.neg_()
    # The gray's own part of ab is left as it is: what changes with the sign is twice the queries' part.
    factor = 40 / (colours - network(gray)).std()
    for weight in weights:
        weight.mul_(-factor)
    return network


def drawn_gray(height: int, width: int, seed: int) -> Tensor:
    """A gray picture [1, 3, height, width] in 0–1: smooth shapes, an edge and grain."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.linspace(0, 1, height)[:, None]
    x = torch.linspace(0, 1, width)[None]
    gray = 0.5 + 0.3 * torch.sin(7 * x + 2 * y) * torch.cos(5 * y) - 0.25 * (x + 0.6 * y > 0.9)
    gray = gray + 0.05 * torch.randn(height, width, generator=generator)
    return gray.clamp(0, 1).expand(1, 3, -1, -1).contiguous()
