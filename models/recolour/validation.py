"""How well a head does on photographs, quickly: for choices while training. evaluate.py is for claims."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ddcolor.architecture import DDColor
from pictures.colour import gray_of_lightness, lab_of_rgb, rgb_of_lab
from recolour.architecture import CELL, RecolourHead
from recolour.candidates import Settings, candidates
from recolour.measures import measured
from recolour.seen import look
from recolour.weights import weights_of
from training.photographs import Photographs, middle_crops

BATCH = 30
#: Seeds at a run's start and end, and in between.
SEEDS, FEW_SEEDS = 8, 4
SETTINGS = Settings()
SIDE, SHEET_SIDE, SHEET_SEEDS = 256, 192, 4


@dataclass(frozen=True)
class Validation:
    """Means over the photographs (`recolour.measures`)."""

    means: dict[str, float]
    seeds: int

    @property
    def score(self) -> float:
        """Less the energy score, which does not depend on the number of seeds: higher is better."""
        return -self.means["energy"]

    def summary(self) -> dict[str, float]:
        return {"seeds": self.seeds} | {name: round(value, 4) for name, value in self.means.items()}


def validate(
    head: RecolourHead, encoder: DDColor, photographs: Photographs, seeds: int, settings: Settings = SETTINGS, side: int = SIDE
) -> Validation:
    """Draws candidates for the photographs' middle squares at `side` pixels, in float32, and compares."""
    device = next(head.parameters()).device
    rows: dict[str, list[Tensor]] = {}
    for part in torch.arange(len(photographs)).split(BATCH):
        rgb = middle_crops(photographs.pick(part.to(photographs.pixels.device)), (side, side)).to(device)
        for name, values in measured(head, encoder, rgb, settings, seeds).items():
            rows.setdefault(name, []).append(values)
    return Validation({name: torch.cat(values).mean().item() for name, values in rows.items()}, seeds)


@torch.no_grad()
def write_sheet(head: RecolourHead, encoder: DDColor, photographs: Photographs, path: Path, count: int = 12) -> None:
    """A JPEG to look at: gray, the single answer, four candidates, the original; a photograph a line.

    It shows third parties' photographs: it is never committed.
    """
    rows = torch.linspace(0, len(photographs) - 1, min(count, len(photographs))).long()
    rgb = middle_crops(photographs.pick(rows.to(photographs.pixels.device)), (SHEET_SIDE, SHEET_SIDE))
    rgb = rgb.to(next(head.parameters()).device)
    lightness = lab_of_rgb(rgb)[:, :1]
    seen, answer = look(encoder, lightness, head.chroma_scale)
    found = candidates(head, seen, SETTINGS, SHEET_SEEDS)
    raised = [answer, *(F.interpolate(ab, scale_factor=CELL, mode="bilinear") for ab in found)]
    columns = [rgb_of_lab(torch.cat([lightness, ab], 1)) for ab in raised]
    lines = torch.cat([gray_of_lightness(lightness), *columns, rgb], 3)
    pixels = (torch.cat(list(lines), 1).permute(1, 2, 0) * 255).round().byte().cpu().numpy()
    Image.fromarray(pixels).save(path, quality=85)


@dataclass(frozen=True)
class Examination:
    """What a run measures and keeps (`training.run`). head: the averaged weights."""

    head: RecolourHead
    encoder: DDColor
    held_out: Photographs

    def validate(self, in_full: bool) -> Validation | None:
        """In full: of more seeds."""
        if not len(self.held_out):
            return None
        return validate(self.head, self.encoder, self.held_out, SEEDS if in_full else FEW_SEEDS)

    def weights(self, about: dict) -> dict:
        return weights_of(self.head, about)

    def write_sheet(self, path: Path, _found: Validation) -> None:
        write_sheet(self.head, self.encoder, self.held_out, path)
