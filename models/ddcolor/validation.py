"""How well a network does on photographs, quickly: for choices while training. evaluate.py is for claims."""

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from ddcolor.architecture import DDColor
from ddcolor.weights import weights_of
from pictures.colour import colourfulness, gray_of_lightness, lab_of_rgb, rgb_of_lab
from training.perceptual import Perceptual, perceptual_distance
from training.photographs import Photographs, middle_crops

#: Factors on ab that are tried. A network is compared with another at equal colourfulness.
GAINS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0)
#: The colourfulness at which networks are compared, as a share of the originals'.
WANTED_COLOUR = 0.85
BATCH = 30


@dataclass(frozen=True)
class Validation:
    """Means over the photographs. gains: for each of GAINS, PSNR in dB over RGB and colourfulness."""

    psnr: float
    colourfulness: float
    originals: float
    ab_error: float
    perceptual: float | None
    gains: tuple[tuple[float, float], ...]

    @property
    def score(self) -> float:
        """PSNR with the gain at which results are 0.85 times as colourful as the originals: higher is better."""
        return self._at_wanted()[1]

    @property
    def gain(self) -> float:
        """That gain."""
        return self._at_wanted()[0]

    def _at_wanted(self) -> tuple[float, float]:
        wanted = WANTED_COLOUR * self.originals
        points = [(gain, psnr, colour) for gain, (psnr, colour) in zip(GAINS, self.gains)]
        for (g0, p0, c0), (g1, p1, c1) in zip(points, points[1:]):
            if c1 >= wanted:
                t = max(0.0, (wanted - c0) / max(c1 - c0, 1e-6))
                return g0 + t * (g1 - g0), p0 + t * (p1 - p0)
        return points[-1][0], points[-1][1]

    def summary(self) -> dict[str, float]:
        found = {
            "psnr": self.psnr, "colourfulness": self.colourfulness, "originals": self.originals,
            "abError": self.ab_error, "score": self.score, "gain": self.gain,
        }
        if self.perceptual is not None:
            found["perceptual"] = self.perceptual
        return {name: round(value, 4) for name, value in found.items()}


@torch.no_grad()
def validate(network: DDColor, photographs: Photographs, side: int = 256, frozen: Perceptual | None = None) -> Validation:
    """Colours the photographs' middle squares at `side` pixels, in float32, and compares. Leaves eval mode on."""
    network.eval()
    rows: dict[str, list[Tensor]] = {"own": [], "ab": [], "perceptual": []}
    gains: list[list[Tensor]] = [[] for _ in GAINS]
    device = next(network.parameters()).device
    for part in torch.arange(len(photographs)).split(BATCH):
        rgb = middle_crops(photographs.pick(part.to(photographs.pixels.device)), (side, side)).to(device)
        lab = lab_of_rgb(rgb)
        ab = network(gray_of_lightness(lab[:, :1])).float()
        rows["own"].append(colourfulness(rgb))
        rows["ab"].append((ab - lab[:, 1:]).abs().mean((1, 2, 3)))
        for found, gain in zip(gains, GAINS):
            result = rgb_of_lab(torch.cat([lab[:, :1], ab * gain], 1))
            psnr = -10 * ((result - rgb) ** 2).mean((1, 2, 3)).clamp(min=1e-10).log10()
            found.append(torch.stack([psnr, colourfulness(result)], 1))
            if gain == 1 and frozen is not None:
                rows["perceptual"].append(perceptual_distance(frozen(result), frozen(rgb)))
    means = {name: torch.cat(values).mean().item() for name, values in rows.items() if values}
    table = tuple(tuple(torch.cat(found).mean(0).tolist()) for found in gains)
    psnr, colour = table[GAINS.index(1.0)]
    return Validation(psnr, colour, means["own"], means["ab"], means.get("perceptual"), table)


@torch.no_grad()
def write_sheet(network: DDColor, photographs: Photographs, path: Path, count: int = 24, gain: float = 1.0) -> None:
    """A JPEG to look at: gray, coloured, original, `count` photographs of 192 × 192, three a row.

    It shows third parties' photographs: it is never committed.
    """
    network.eval()
    rows = torch.linspace(0, len(photographs) - 1, min(count, len(photographs))).long()
    rgb = middle_crops(photographs.pick(rows.to(photographs.pixels.device)), (192, 192))
    rgb = rgb.to(next(network.parameters()).device)
    lab = lab_of_rgb(rgb)
    gray = gray_of_lightness(lab[:, :1])
    result = rgb_of_lab(torch.cat([lab[:, :1], network(gray).float() * gain], 1))
    triples = list(torch.cat([gray, result, rgb], 3))
    triples += [torch.zeros_like(triples[0])] * (-len(triples) % 3)
    sheet = torch.cat([torch.cat(triples[i : i + 3], 2) for i in range(0, len(triples), 3)], 1)
    pixels = (sheet.permute(1, 2, 0) * 255).round().byte().cpu().numpy()
    Image.fromarray(pixels).save(path, quality=85)


@dataclass(frozen=True)
class Examination:
    """What a run measures and keeps (`training.run`). network: the averaged weights."""

    network: DDColor
    held_out: Photographs
    frozen: Perceptual | None = None

    def validate(self, in_full: bool) -> Validation | None:
        """In full: with the perceptual distance too."""
        return validate(self.network, self.held_out, frozen=self.frozen if in_full else None) if len(self.held_out) else None

    def weights(self, about: dict) -> dict:
        return weights_of(self.network, about)

    def write_sheet(self, path: Path, found: Validation) -> None:
        write_sheet(self.network, self.held_out, path, gain=found.gain)
