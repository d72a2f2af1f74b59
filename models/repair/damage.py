"""What a century does to a print, for training: scratches, hairs, dust, tears, lost corners, folds, stains, foxing, flaking.

Every picture draws its own kinds, places, widths and tones. All runs on the pictures' device, without
gradients, and nothing waits for the processor, so that a step can be recorded as a CUDA graph. The
evaluation's damage (evaluation_damage.py) shares none of this.
"""

from functools import lru_cache
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

#: Share of opacity, and change of gray, from which a pixel counts as damaged.
LEAST_OPACITY, LEAST_CHANGE = 0.1, 0.03


class Canvas:
    """Pictures under damage. gray: [N, 1, H, W] in 0–1; opacity: how much of each pixel is lost."""

    def __init__(self, gray: Tensor) -> None:
        self.clean, self.gray, self.opacity = gray, gray, torch.zeros_like(gray)
        height, width = gray.shape[2:]
        self.y = torch.arange(height, device=gray.device, dtype=torch.float32).view(1, 1, -1, 1)
        self.x = torch.arange(width, device=gray.device, dtype=torch.float32).view(1, 1, 1, -1)
        #: Lengths are in pixels of photographs whose short side is 256, shrunk with smaller crops by half as much.
        self.side = float(min(height, width))
        self.unit = (self.side / 256) ** 0.5

    def uniform(self, low: float, high: float) -> Tensor:
        """One number a picture: [N, 1, 1, 1]."""
        return torch.rand(len(self.gray), 1, 1, 1, device=self.gray.device) * (high - low) + low

    def sometimes(self, often: float) -> Tensor:
        """1 for a share of the pictures, 0 for the others."""
        return (self.uniform(0, 1) < often).float()

    def field(self, cells: int) -> Tensor:
        """A smooth random field with so many cells a side, standard normal at their middles: [N, 1, H, W]."""
        height, width = self.gray.shape[2:]
        coarse = torch.randn(len(self.gray), 1, cells, cells, device=self.gray.device)
        return enlarging(cells, height, coarse.device) @ coarse @ enlarging(cells, width, coarse.device).T

    def rough(self, cells: int, octaves: int = 4) -> Tensor:
        """Such fields, each of twice the cells and 0.55 times the height: torn paper's edge, flaking's islands."""
        return sum(self.field(cells << octave) * 0.55**octave for octave in range(octaves))

    def place(self, margin: float = 0.0) -> tuple[Tensor, Tensor]:
        """A random point, as x and y: anywhere but in a margin, a share of the side."""
        height, width = self.gray.shape[2:]
        return self.uniform(margin, 1 - margin) * width, self.uniform(margin, 1 - margin) * height

    def line(self, angle: Tensor, point: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Of each pixel, its way along a line through the point and its signed distance from it, in pixels."""
        x, y = self.x - point[0], self.y - point[1]
        return x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()

    def paper(self) -> Tensor:
        """The tone under the emulsion or behind the print: mostly light, with a little structure."""
        tone = torch.where(self.uniform(0, 1) < 0.75, self.uniform(0.7, 1), self.uniform(0, 0.6))
        return tone + self.field(32) * self.uniform(0, 0.04) + torch.randn_like(self.gray) * self.uniform(0, 0.03)

    def cover(self, tone: Tensor, opacity: Tensor) -> None:
        """Lays a tone over the pictures."""
        opacity = opacity.clamp(0, 1)
        self.gray = torch.lerp(self.gray, tone.expand_as(self.gray), opacity)
        self.opacity = torch.maximum(self.opacity, opacity)


@lru_cache
def enlarging(cells: int, length: int, device: torch.device) -> Tensor:
    """Bicubic interpolation along one side, as a matrix [length, cells].

    PyTorch's own kernel goes through a batch one by one: as two products a field takes a small part of its time.
    """
    line = F.interpolate(torch.eye(cells)[None, None], (length, cells), mode="bicubic", align_corners=False)
    return line[0, 0].to(device)


def stroke(distance: Tensor, width: Tensor) -> Tensor:
    """A line's opacity, its border softened over a pixel. distance: from its middle."""
    return ((width + 1) / 2 - distance.abs()).clamp(0, 1)


def scratches(canvas: Canvas) -> None:
    """Light or dark, nearly straight, broken where the nail jumped."""
    angle = canvas.uniform(0, math.pi)
    for _ in range(4):
        turned = angle + canvas.uniform(-0.5, 0.5)
        along, across = canvas.line(turned, canvas.place())
        bent = across + canvas.uniform(-0.15, 0.15) * along**2 / canvas.side
        bent = bent + canvas.uniform(0, 1.5) * torch.sin(along * canvas.uniform(0.01, 0.12))
        start, length = canvas.uniform(-0.8, 0.2) * canvas.side, canvas.uniform(0.15, 1.5) * canvas.side
        inside = (along > start) & (along < start + length)
        whole = ((canvas.field(24) + canvas.uniform(0, 2.5)) * 2).clamp(0, 1)
        width = canvas.uniform(0.4, 3.0) * canvas.unit * (1 + 0.3 * canvas.field(8))
        tone = torch.where(canvas.uniform(0, 1) < 0.7, canvas.uniform(0.75, 1), canvas.uniform(0, 0.25))
        opacity = stroke(bent, width) * whole * inside * canvas.uniform(0.45, 1.3)
        canvas.cover(tone, opacity * canvas.sometimes(0.6))


def hairs(canvas: Canvas) -> None:
    """Thin arcs that lay on the plate or the scanner."""
    for _ in range(2):
        radius = canvas.uniform(0.04, 0.35) * canvas.side
        middle = canvas.place()
        x, y = canvas.x - middle[0], canvas.y - middle[1]
        wobble = canvas.field(6) * canvas.uniform(0, 6) * canvas.unit
        ring = (x**2 + y**2).sqrt() + wobble - radius
        turn = torch.remainder(torch.atan2(y, x) - canvas.uniform(0, 2 * math.pi), 2 * math.pi)
        opacity = stroke(ring, canvas.uniform(0.3, 1.6) * canvas.unit) * (turn < canvas.uniform(0.6, 4.5))
        tone = torch.where(canvas.uniform(0, 1) < 0.5, canvas.uniform(0, 0.3), canvas.uniform(0.75, 1))
        canvas.cover(tone, opacity * canvas.uniform(0.5, 1.2) * canvas.sometimes(0.7))


def dust(canvas: Canvas) -> None:
    """Specks of one to a few pixels all over, of uneven outline."""
    height, width = canvas.gray.shape[2:]
    for fineness, most in ((2, 0.004), (4, 0.006)):
        cells = torch.rand(len(canvas.gray), 1, height // fineness, width // fineness, device=canvas.gray.device)
        specks = (cells > 1 - canvas.uniform(0.0003, most)).float()
        spread = F.interpolate(specks, (height, width), mode="bilinear", align_corners=False)
        opacity = ((spread + 0.15 * canvas.field(64).clamp(-2, 2) * (spread > 0) - canvas.uniform(0.2, 0.6)) * 4).clamp(0, 1)
        tone = torch.where(canvas.uniform(0, 1) < 0.6, canvas.uniform(0.7, 1), canvas.uniform(0, 0.3))
        canvas.cover(tone, opacity * canvas.uniform(0.5, 1.2))


def blotches(canvas: Canvas) -> None:
    """Lost or covered patches: stuck paper, ink, what was glued on."""
    for _ in range(3):
        middle = canvas.place()
        angle, squeeze = canvas.uniform(0, math.pi), canvas.uniform(0.4, 1)
        along, across = canvas.line(angle, middle)
        radius = canvas.uniform(0.012, 0.13) * canvas.side
        edge = radius * (1 + 0.35 * canvas.rough(6)) - ((along * squeeze) ** 2 + (across / squeeze) ** 2).sqrt()
        canvas.cover(canvas.paper(), (edge + 0.5) * canvas.uniform(0.7, 1.2).clamp(max=1) * canvas.sometimes(0.6))


def lifted(canvas: Canvas, depth: Tensor, often: Tensor) -> None:
    """Paper that is gone where depth > 0 (in pixels), its torn edge white and its lifted side shaded.

    depth: how far inside the lost part; often: 1 or 0 a picture.
    """
    rim = canvas.uniform(0.5, 5) * canvas.unit * (1 + 0.4 * canvas.field(20))
    white = ((depth + rim.clamp(min=0)) * 0.8).clamp(0, 1)
    shade = torch.exp(-((depth + rim).clamp(max=0) / (canvas.uniform(1, 5) * canvas.unit)) ** 2)
    canvas.gray = canvas.gray * (1 - often * shade * canvas.uniform(0, 0.35))
    fibres = canvas.uniform(0.8, 1) + 0.05 * torch.randn_like(canvas.gray)
    canvas.cover(fibres, white * often)
    canvas.cover(canvas.paper(), (depth + 0.5) * often)


def tears(canvas: Canvas) -> None:
    """From a border inwards, wide where it begins and a hair's breadth where it ends."""
    height, width = canvas.gray.shape[2:]
    for often in (0.7, 0.3):
        is_across, is_far = canvas.uniform(0, 1) < 0.5, canvas.uniform(0, 1) < 0.5
        at = canvas.uniform(0.05, 0.95)
        x = torch.where(is_across, torch.where(is_far, float(width), 0.0), at * width)
        y = torch.where(is_across, at * height, torch.where(is_far, float(height), 0.0))
        inwards = torch.where(is_across, torch.where(is_far, math.pi, 0.0), torch.where(is_far, -math.pi / 2, math.pi / 2))
        along, across = canvas.line(inwards + canvas.uniform(-0.7, 0.7), (x, y))
        length = canvas.uniform(0.15, 0.95) * canvas.side
        path = across + canvas.rough(4, 5) * canvas.uniform(1, 9) * canvas.unit + canvas.uniform(-0.3, 0.3) * along**2 / canvas.side
        half = canvas.uniform(0.5, 11) * canvas.unit * (1 - along / length).clamp(0, 1) ** canvas.uniform(0.4, 1.5)
        depth = torch.where(along < length, half - path.abs(), -100.0)
        lifted(canvas, depth, canvas.sometimes(often))


def corners(canvas: Canvas) -> None:
    """A corner or a strip of the border that is gone."""
    height, width = canvas.gray.shape[2:]
    right, low = (canvas.uniform(0, 1) < 0.5).float(), (canvas.uniform(0, 1) < 0.5).float()
    x, y = (canvas.x - right * width).abs(), (canvas.y - low * height).abs()
    slope = canvas.uniform(0.05, math.pi / 2 - 0.05)
    reach = canvas.uniform(0.05, 0.38) * canvas.side * torch.minimum(slope.sin(), slope.cos()).clamp(min=0.3)
    depth = reach - (x * slope.cos() + y * slope.sin()) + canvas.rough(5, 5) * canvas.uniform(1, 6) * canvas.unit
    lifted(canvas, depth, canvas.sometimes(1.0))


def folds(canvas: Canvas) -> None:
    """A straight line where the print was folded: the emulsion cracked on it, and flaked beside it."""
    for often in (1.0, 0.35):
        angle = torch.where(canvas.uniform(0, 1) < 0.5, 0.0, math.pi / 2) + canvas.uniform(-0.25, 0.25)
        along, across = canvas.line(angle, canvas.place(0.1))
        across = across + canvas.rough(8) * canvas.uniform(0, 1.5)
        is_there = canvas.sometimes(often)
        core = stroke(across, canvas.uniform(0.4, 3) * canvas.unit) * ((canvas.field(32) + canvas.uniform(-0.5, 2)) * 2).clamp(0, 1)
        near = torch.exp(-((across / (canvas.uniform(2, 9) * canvas.unit)) ** 2))
        cracked = ((canvas.rough(24, 3) + 2.2 * near - canvas.uniform(2.2, 3.4)) * 3).clamp(0, 1) * (near > 0.2)
        tone = torch.where(canvas.uniform(0, 1) < 0.8, canvas.uniform(0.7, 1), canvas.uniform(0, 0.3))
        shade = near * torch.tanh(across) * canvas.uniform(-0.15, 0.15)
        canvas.gray = canvas.gray + shade * is_there * (near > 0.2)
        canvas.cover(tone, torch.maximum(core, cracked) * canvas.uniform(0.6, 1.2) * is_there)


def stains(canvas: Canvas) -> None:
    """What ran over the print: darker or paler within, with a tide line. What was there shows through."""
    for often in (1.0, 0.4):
        middle = canvas.place()
        radius = canvas.uniform(0.08, 0.35) * canvas.side
        depth = radius * (1 + 0.3 * canvas.rough(3)) - ((canvas.x - middle[0]) ** 2 + (canvas.y - middle[1]) ** 2).sqrt()
        inside = torch.sigmoid(depth / (canvas.uniform(0.5, 3) * canvas.unit))
        tide = torch.exp(-((depth / (canvas.uniform(1, 5) * canvas.unit)) ** 2))
        change = inside * canvas.uniform(-0.35, 0.2) * (1 + 0.3 * canvas.field(5)) - tide * canvas.uniform(0, 0.35)
        faded = torch.lerp(canvas.gray, canvas.gray.mean((2, 3), keepdim=True), inside * canvas.uniform(0, 0.4))
        canvas.gray = torch.lerp(canvas.gray, faded + change, canvas.sometimes(often))


def foxing(canvas: Canvas) -> None:
    """Soft brown spots of mould, many together."""
    height, width = canvas.gray.shape[2:]
    for fineness in (8, 16):
        cells = torch.rand(len(canvas.gray), 1, height // fineness, width // fineness, device=canvas.gray.device)
        crowd = 0.06 * torch.sigmoid(3 * canvas.field(3))
        near = F.interpolate(crowd, cells.shape[2:], mode="bilinear", align_corners=False)
        spots = F.interpolate((cells < near).float(), (height, width), mode="bicubic", align_corners=False).clamp(0, 1)
        canvas.gray = canvas.gray * (1 - spots * canvas.uniform(0.1, 0.55) * (1 + 0.3 * canvas.field(32)).clamp(0, 2))


def flaking(canvas: Canvas) -> None:
    """Islands of emulsion that fell off, in one region."""
    region = canvas.field(3) + canvas.uniform(-1.2, 0.6)
    islands = canvas.rough(14, 4) + region.clamp(-2.5, 1) - canvas.uniform(1.3, 2.4)
    canvas.cover(canvas.paper(), islands * 6 * canvas.uniform(0.8, 1.3))


#: Kinds of damage in the order in which they happen, and the share of the pictures that has each.
KINDS: tuple[tuple[Callable[[Canvas], None], float], ...] = (
    (foxing, 0.1), (stains, 0.15), (flaking, 0.1), (folds, 0.18), (blotches, 0.3), (tears, 0.25), (corners, 0.12),
    (scratches, 0.55), (hairs, 0.3), (dust, 0.3),
)  # fmt: skip


@torch.no_grad()
def damage(gray: Tensor) -> tuple[Tensor, Tensor]:
    """The pictures damaged, and where: gray 0–1 and mask 0 or 1, both [N, 1, H, W].

    gray: 0–1 [N, 1, H, W], sides multiples of 16; where the mask is 0 it is left bit by bit.
    """
    canvas = Canvas(gray)
    for kind, often in KINDS:
        before, opacity = canvas.gray, canvas.opacity
        kind(canvas)
        happens = canvas.sometimes(often) > 0
        canvas.gray = torch.where(happens, canvas.gray, before)
        canvas.opacity = torch.where(happens, canvas.opacity, opacity)
    damaged = canvas.gray.clamp(0, 1)
    mask = ((canvas.opacity > LEAST_OPACITY) | ((damaged - gray).abs() > LEAST_CHANGE)).float()
    return torch.where(mask > 0, damaged, gray), mask


def grown(mask: Tensor) -> Tensor:
    """The mask and every pixel that touches it, corners too."""
    return F.max_pool2d(mask, 3, 1, padding=1)
