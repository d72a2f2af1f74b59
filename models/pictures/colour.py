"""sRGB, CIELAB and colourfulness of picture tensors, with the app's own constants (src/image/colour).

Planes are combined one by one rather than by a matrix product: exact float32 where TF32 is allowed.
"""

from functools import lru_cache

import torch
from torch import Tensor

#: Linear sRGB (IEC 61966-2-1) to XYZ; the white point is the rows' sums, so that gray has ab of zero.
XYZ_OF_RGB = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721749),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = tuple(sum(row) for row in XYZ_OF_RGB)
RGB_OF_XYZ = torch.linalg.inv(torch.tensor(XYZ_OF_RGB, dtype=torch.float64)).tolist()
#: CIE's δ: below it the cube root is a line.
DELTA = 6 / 29
FOOT_SLOPE, FOOT_OFFSET = 3 * DELTA**2, 4 / 29
LUMINANCE = XYZ_OF_RGB[1]


@lru_cache(maxsize=None)
def constant(values: tuple, device: torch.device) -> Tensor:
    """Numbers on a device, float32; brought there once, since a copy waits for the GPU."""
    return torch.tensor(values, device=device, dtype=torch.float32)


def linear_of_srgb(level: Tensor) -> Tensor:
    """Linear light 0–1 of sRGB levels 0–1."""
    curve = ((level.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4
    return torch.where(level <= 0.04045, level / 12.92, curve)


def srgb_of_linear(light: Tensor) -> Tensor:
    """sRGB levels 0–1 of linear light 0–1."""
    curve = 1.055 * light.clamp(min=0.0031308) ** (1 / 2.4) - 0.055
    return torch.where(light <= 0.0031308, light * 12.92, curve)


def lab_f(relative: Tensor) -> Tensor:
    """CIELAB's f: the cube root with a linear foot."""
    curve = relative.clamp(min=DELTA**3) ** (1 / 3)
    return torch.where(relative > DELTA**3, curve, relative / FOOT_SLOPE + FOOT_OFFSET)


def lab_f_inverse(f: Tensor) -> Tensor:
    return torch.where(f > DELTA, f**3, FOOT_SLOPE * (f - FOOT_OFFSET))


def mixed(planes: Tensor, weights: tuple[float, ...] | list[float]) -> Tensor:
    """[N, 3, H, W] and three weights → [N, 1, H, W]."""
    return planes[:, 0:1] * weights[0] + planes[:, 1:2] * weights[1] + planes[:, 2:3] * weights[2]


def lightness_of_luminance(luminance: Tensor) -> Tensor:
    """L* 0–100 of relative luminance 0–1."""
    return 116 * lab_f(luminance) - 16


def lab_of_rgb(rgb: Tensor) -> Tensor:
    """CIELAB (D65) [N, 3, H, W] of sRGB 0–1 [N, 3, H, W]: L* 0–100, a and b about ±100."""
    linear = linear_of_srgb(rgb)
    x, y, z = (lab_f(mixed(linear, row) / white) for row, white in zip(XYZ_OF_RGB, WHITE))
    return torch.cat([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def rgb_of_lab(lab: Tensor) -> Tensor:
    """sRGB 0–1 [N, 3, H, W] of CIELAB; each channel is clamped where sRGB cannot show the colour."""
    y = (lab[:, 0:1] + 16) / 116
    f = torch.cat([y + lab[:, 1:2] / 500, y, y - lab[:, 2:3] / 200], 1)
    xyz = lab_f_inverse(f) * constant(WHITE, lab.device).to(lab.dtype).view(1, 3, 1, 1)
    linear = torch.cat([mixed(xyz, row) for row in RGB_OF_XYZ], 1)
    return srgb_of_linear(linear.clamp(0, 1))


def gray_of_lightness(lightness: Tensor) -> Tensor:
    """The network's input [N, 3, H, W] in 0–1: L* 0–100 [N, 1, H, W] as sRGB gray, three times."""
    gray = srgb_of_linear(lab_f_inverse((lightness + 16) / 116)).clamp(0, 1)
    return gray.expand(-1, 3, -1, -1)


def colourfulness(rgb: Tensor) -> Tensor:
    """Hasler and Süsstrunk (2003), per picture [N], of sRGB 0–1 [N, 3, H, W]; about 0–110.

    The roots are kept away from zero, where their gradient is infinite.
    """
    red, green, blue = (rgb[:, i].flatten(1) * 255 for i in range(3))
    first, second = red - green, (red + green) / 2 - blue
    spread = first.var(1, correction=0) + second.var(1, correction=0)
    offset = first.mean(1) ** 2 + second.mean(1) ** 2
    return (spread + 1e-6).sqrt() + 0.3 * (offset + 1e-6).sqrt()
