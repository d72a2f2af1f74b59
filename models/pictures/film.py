"""What plates and films of 1860–1940 made of a scene, and what a century did to the print.

From a colour picture, the lightness that an old photograph of it could have. Every picture draws its
own emulsion, tones and damage; all runs on the pictures' device, without gradients, in float32.
"""

import math
from itertools import accumulate

import torch
import torch.nn.functional as F
from torch import Tensor

from pictures.colour import LUMINANCE, constant, lightness_of_luminance, linear_of_srgb

#: Sensitivity to red, green and blue light, and how often each emulsion is drawn: panchromatic film,
#: orthochromatic plates (blind to red), and collodion (sees hardly more than blue).
EMULSIONS = ((0.30, 0.55, 0.15), (0.04, 0.50, 0.46), (0.01, 0.14, 0.85))
OFTEN = (0.5, 0.32, 0.18)
#: JPEG's luminance table (ITU-T T.81, annex K), for the blocks of a careless scan.
QUANTISATION = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


@torch.no_grad()
def old_film(rgb: Tensor, lightness: Tensor, share: float, is_damaged: bool = True) -> Tensor:
    """L* 0–100 [N, 1, H, W] of RGB 0–1 [N, 3, H, W]: old film for `share` of them, else `lightness`.

    Those that are old are spread evenly over the batch. H and W are multiples of 8. is_damaged: with
    scratches, dust and spots.
    """
    count = round(share * len(rgb))
    if count == 0:
        return lightness
    rows = constant(tuple(i * len(rgb) // count for i in range(count)), rgb.device).long()
    made = exposed(rgb[rows])
    made = printed(made)
    made = softened(made)
    made = damaged(made) if is_damaged else made
    made = grained(made)
    made = scanned(made)
    return lightness.index_copy(0, rows, made.clamp(0, 1) * 100)


def uniform(like: Tensor, low: float, high: float) -> Tensor:
    """One number a picture: [N, 1, 1, 1]."""
    return torch.rand(len(like), 1, 1, 1, device=like.device) * (high - low) + low


def sometimes(like: Tensor, often: float, strength: Tensor) -> Tensor:
    """The strength for a share of the pictures, 0 for the others."""
    return strength * (uniform(like, 0, 1) < often)


def exposed(rgb: Tensor) -> Tensor:
    """Lightness 0–1 as an emulsion of its own sensitivity saw the scene, exposed to keep the mean."""
    n, device = len(rgb), rgb.device
    kind = torch.bucketize(torch.rand(n, device=device), constant(tuple(accumulate(OFTEN[:-1])), device))
    sensitivity = constant(EMULSIONS, device)[kind] * torch.exp(torch.randn(n, 3, device=device) * 0.25)
    sensitivity = sensitivity / sensitivity.sum(1, keepdim=True)
    linear = linear_of_srgb(rgb)
    seen = (linear * sensitivity.view(n, 3, 1, 1)).sum(1, keepdim=True)
    true = (linear * constant(LUMINANCE, device).view(1, 3, 1, 1)).sum(1, keepdim=True)
    exposure = (true.mean((2, 3), keepdim=True) + 0.01) / (seen.mean((2, 3), keepdim=True) + 0.01)
    return lightness_of_luminance((seen * exposure.clamp(0.5, 2)).clamp(0, 1)) / 100


def smooth_field(like: Tensor, cells: int) -> Tensor:
    """A random field that changes slowly over the picture, about −1…1: [N, 1, H, W]."""
    coarse = torch.randn(len(like), 1, cells, cells, device=like.device) * 0.5
    return F.interpolate(coarse, like.shape[2:], mode="bicubic", align_corners=False)


def printed(light: Tensor) -> Tensor:
    """Tone curve, fading, haze and vignette."""
    light = light.clamp(1e-4, 1) ** torch.exp(uniform(light, -0.45, 0.45))
    curve = light * light * (3 - 2 * light)
    light = torch.lerp(light, curve, uniform(light, -0.4, 0.6))
    black = sometimes(light, 0.6, uniform(light, 0, 0.28))
    white = 1 - sometimes(light, 0.5, uniform(light, 0, 0.25))
    light = black + light * (white - black)
    faded = sometimes(light, 0.35, uniform(light, 0, 0.22)) * smooth_field(light, 3)
    light = light * (1 - faded.abs()) + faded.clamp(min=0)
    y = torch.linspace(-1, 1, light.shape[2], device=light.device).view(1, 1, -1, 1)
    x = torch.linspace(-1, 1, light.shape[3], device=light.device).view(1, 1, 1, -1)
    corner = ((x * x + y * y) / 2) ** 1.5
    return light + sometimes(light, 0.3, uniform(light, -0.45, 0.25)) * corner * light


def box(light: Tensor, side: int) -> Tensor:
    return F.avg_pool2d(light, side, 1, padding=side // 2, count_include_pad=False)


def softened(light: Tensor) -> Tensor:
    """A lens out of focus, or a small print enlarged."""
    near, far = box(box(light, 3), 3), box(box(light, 5), 5)
    light = torch.lerp(light, near, sometimes(light, 0.4, uniform(light, 0, 1)))
    return torch.lerp(light, far, sometimes(light, 0.1, uniform(light, 0.2, 1)))


def damaged(light: Tensor) -> Tensor:
    """Scratches from top to bottom or across, dust and spots."""
    height, width = light.shape[2:]
    y = torch.linspace(0, 1, height, device=light.device).view(1, 1, -1, 1)
    x = torch.linspace(0, 1, width, device=light.device).view(1, 1, 1, -1)
    for along, other, often in ((y, x, 0.2), (y, x, 0.12), (x, y, 0.08)):
        middle = uniform(light, 0, 1) + (along - 0.5) * uniform(light, -0.15, 0.15)
        middle = middle + 0.01 * torch.sin(along * uniform(light, 0, 30))
        line = torch.exp(-(((other - middle) / uniform(light, 0.002, 0.008)) ** 2))
        start = uniform(light, -0.5, 0.7)
        line = line * ((along > start) & (along < start + uniform(light, 0.2, 1.2)))
        light = torch.lerp(light, torch.where(uniform(light, 0, 1) < 0.7, 1.0, 0.0), line * sometimes(light, often, uniform(light, 0.2, 0.9)))
    speck = torch.rand(len(light), 1, height // 2, width // 2, device=light.device)
    speck = F.interpolate((speck > 1 - uniform(light, 0.0005, 0.004)).float(), (height, width), mode="bilinear", align_corners=False)
    tone = torch.where(uniform(light, 0, 1) < 0.6, 1.0, 0.1)
    return torch.lerp(light, tone, speck * sometimes(light, 0.25, uniform(light, 0.3, 1)))


def grained(light: Tensor) -> Tensor:
    """Grain, strongest in the middle tones, fine or coarse; or the dots of a newspaper's halftone."""
    noise = torch.randn_like(light)
    coarse = box(noise, 3) * 2.5
    noise = torch.lerp(noise, coarse, uniform(light, 0, 1))
    middle = 0.4 + 2.4 * (light * (1 - light)).clamp(min=0)
    light = light + noise * middle * sometimes(light, 0.6, uniform(light, 0, 0.055))
    y = torch.arange(light.shape[2], device=light.device).view(1, 1, -1, 1)
    x = torch.arange(light.shape[3], device=light.device).view(1, 1, 1, -1)
    turn, rate = uniform(light, 0, math.pi / 2), 2 * math.pi / uniform(light, 3, 6)
    first = torch.cos((x * torch.cos(turn) + y * torch.sin(turn)) * rate)
    second = torch.cos((y * torch.cos(turn) - x * torch.sin(turn)) * rate)
    return light + (first + second) * middle * sometimes(light, 0.08, uniform(light, 0.03, 0.12))


def scanned(light: Tensor) -> Tensor:
    """The 8 × 8 blocks of a JPEG: each one's cosine transform rounded, for a share of the pictures."""
    n, _, height, width = light.shape
    place = torch.arange(8, device=light.device, dtype=torch.float32)
    basis = torch.cos((2 * place + 1) * place[:, None] * math.pi / 16) / 2
    basis[0] *= math.sqrt(0.5)
    blocks = light.view(n, height // 8, 8, width // 8, 8).transpose(2, 3) * 255
    step = constant(QUANTISATION, light.device) * uniform(light, 0.15, 1.2)[..., None]
    rounded = torch.round(basis @ blocks @ basis.T / step) * step
    plain = (basis.T @ rounded @ basis).transpose(2, 3).reshape(light.shape) / 255
    return torch.where(uniform(light, 0, 1) < 0.25, plain, light)
