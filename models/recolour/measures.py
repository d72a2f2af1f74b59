"""How good candidates are: the nearest of several, their colourfulness and variety, and whether they follow hints."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ddcolor.architecture import DDColor
from pictures.colour import colourfulness, lab_of_rgb, rgb_of_lab
from recolour.architecture import CELL, RecolourHead
from recolour.candidates import Settings, candidates
from recolour.hints import Hints, random_hints
from recolour.seen import cells, look

#: What is hinted where hints are measured, and of how many seeds.
ASKED, HINTED_SEEDS = Hints(share=1.0, most=12, locked=0.0), 2


def distance(one: Tensor, other: Tensor) -> Tensor:
    """|Δab| of each cell [..., h, w]: the distance in the ab plane of [..., 2, h, w], in Lab units."""
    return (one - other).square().sum(-3).sqrt()


def diversity(found: Tensor) -> Tensor:
    """Mean |Δab| of all pairs of seeds [N], of ab [seeds, N, 2, h, w]; 0 for a single seed."""
    seeds = len(found)
    pairs = [distance(found[i], found[j]).mean((1, 2)) for i in range(seeds) for j in range(i)]
    return torch.stack(pairs).mean(0) if pairs else torch.zeros(found.shape[1], device=found.device)


@torch.no_grad()
def measured(head: RecolourHead, encoder: DDColor, rgb: Tensor, settings: Settings, seeds: int) -> dict[str, Tensor]:
    """Measures of each photograph [N], by name, at a quarter of the size unless it says otherwise.

    rgb: 0–1 [N, 3, H, W]. `…Distance` is mean |Δab| from the photograph: of DDColor's single answer (gain 1), of the
    candidates in the mean, of the nearest. `nearer`: 1 where that is nearer than the answer. `energy` is the energy score
    of each cell's colour (Gneiting and Raftery 2007, doi 10.1198/016214506000001437): least where candidates are spread
    as true colours are, neither wider nor narrower; that of a single answer is its distance. Colourfulness is of whole
    pictures, ab brought up bilinearly. `hintedDistance` is of whole candidates with hints; `hint…`: at the hinted
    cells, with hints and without.
    """
    lab = lab_of_rgb(rgb)
    seen, answer = look(encoder, lab[:, :1], head.chroma_scale)
    truth = cells(lab[:, 1:])
    found = candidates(head, seen, settings, seeds)
    apart = distance(found, truth).mean((2, 3))
    single = distance(seen.answer * head.chroma_scale, truth).mean((1, 2))
    variety = diversity(found)
    coloured = [_colourfulness(lab[:, :1], ab) for ab in found]
    asked = _asked(truth, head.chroma_scale)
    followed = candidates(head, seen, settings, min(seeds, HINTED_SEEDS), asked)
    return {
        "answerDistance": single,
        "singleDistance": apart.mean(0),
        "bestDistance": apart.amin(0),
        "energy": apart.mean(0) - variety / 2,
        "nearer": (apart.amin(0) < single).float(),
        "diversity": variety,
        "colourfulness": torch.stack(coloured).mean(0),
        "answerColourfulness": colourfulness(rgb_of_lab(torch.cat([lab[:, :1], answer], 1))),
        "originalColourfulness": colourfulness(rgb),
        "hintedDistance": distance(followed, truth).mean((0, 2, 3)),
        "hintDistance": _at_hints(followed, truth, asked),
        "hintDistanceWithout": _at_hints(found[: len(followed)], truth, asked),
    }


def _colourfulness(lightness: Tensor, ab: Tensor) -> Tensor:
    raised = F.interpolate(ab, scale_factor=CELL, mode="bilinear")
    return colourfulness(rgb_of_lab(torch.cat([lightness, raised], 1)))


def _asked(truth: Tensor, chroma_scale: float) -> Tensor:
    """Hints that are the same on every machine."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return random_hints(truth.cpu() / chroma_scale, ASKED).to(truth.device)


def _at_hints(found: Tensor, truth: Tensor, asked: Tensor) -> Tensor:
    where = asked[:, 2]
    return ((distance(found, truth) * where).sum((2, 3)) / where.sum((1, 2))).mean(0)
