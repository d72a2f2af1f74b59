"""How well the networks do on photographs, quickly: for choices while training. evaluate.py is for claims."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from pictures.colour import gray_of_lightness, lab_of_rgb
from repair.architecture import Repair
from repair.evaluation_damage import damaged_copy
from repair.metrics import Found, psnr_inside
from repair.sampling import restore
from repair.weights import weights_of
from training.photographs import Photographs, middle_crops

BATCH = 16
#: What the detector's logit must exceed.
THRESHOLD = 0.0
#: Steps of sampling that are tried: always the first, in full all.
STEPS = (1, 4)
#: dB of the score that the whole of F1 is worth.
FOUND_WORTH = 10.0


def latent_of(levels: np.ndarray, device: torch.device | str = "cpu") -> Tensor:
    """uint8 [N, H, W] as the networks see it: float32 [N, 1, H, W] in −1…1."""
    return torch.from_numpy(levels).to(device)[:, None].float() / 127.5 - 1


def levels_of(latent: Tensor) -> np.ndarray:
    """The reverse, rounded."""
    return ((latent[:, 0] + 1) * 127.5).round().clamp(0, 255).byte().cpu().numpy()


def noise_like(gray: Tensor, seed: int) -> Tensor:
    """Standard normal noise, the same on every machine of this PyTorch."""
    return torch.randn(gray.shape, generator=torch.Generator().manual_seed(seed)).to(gray.device)


@dataclass(frozen=True)
class Validation:
    """Means over the photographs. psnr: inside the damage in dB, by steps; before: of the damaged picture itself."""

    psnr: dict[int, float]
    before: float
    found: Found

    @property
    def score(self) -> float:
        """PSNR with one step, and ten times the detector's F1."""
        return self.psnr[1] + FOUND_WORTH * self.found.f1

    def summary(self) -> dict[str, float]:
        values = {f"psnr{steps}": value for steps, value in self.psnr.items()} | {"before": self.before}
        values |= {"precision": self.found.precision, "recall": self.found.recall, "score": self.score}
        return {name: round(value, 4) for name, value in values.items()}


@dataclass(frozen=True)
class Examination:
    """What a run measures and keeps (`training.run`). network: the averaged weights; side: of the middle squares."""

    network: Repair
    held_out: Photographs
    side: int = 224

    @cached_property
    def pictures(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Originals and damaged copies uint8 [N, side, side], and where they differ, bool."""
        rgb = middle_crops(self.held_out.to("cpu"), (self.side, self.side))
        clean = levels_of(2 * gray_of_lightness(lab_of_rgb(rgb)[:, :1])[:, :1] - 1)
        damaged, masks = zip(*(damaged_copy(picture, seed) for seed, picture in enumerate(clean)))
        return clean, np.stack(damaged), np.stack(masks)

    def validate(self, in_full: bool) -> Validation | None:
        """In full: with more steps of sampling too."""
        if not len(self.held_out):
            return None
        self.network.eval()
        clean, damaged, masks = self.pictures
        found, steps = Found(), STEPS if in_full else STEPS[:1]
        rows: dict[int, list[float]] = {count: [] for count in steps}
        for at in range(0, len(clean), BATCH):
            part = slice(at, at + BATCH)
            for marked, truth in zip(self._marked(damaged[part]), masks[part]):
                found.add(marked, truth)
            for count in steps:
                repaired = self._repaired(damaged[part], masks[part], count)
                rows[count] += [psnr_inside(*one) for one in zip(clean[part], repaired, masks[part])]
        before = [psnr_inside(*one) for one in zip(clean, damaged, masks)]
        return Validation({count: float(np.mean(row)) for count, row in rows.items()}, float(np.mean(before)), found)

    def weights(self, about: dict) -> dict:
        return weights_of(self.network, about)

    def write_sheet(self, path: Path, found: Validation) -> None:
        """A JPEG to look at: damaged, what was found, repaired with one step and with four, original; two a row.

        It shows third parties' photographs: it is never committed.
        """
        clean, damaged, masks = (planes[:16] for planes in self.pictures)
        marked = self._marked(damaged).astype(np.uint8) * 255
        repaired = [self._repaired(damaged, masks, count) for count in STEPS]
        strips = np.concatenate([damaged, marked, *repaired, clean], 2)
        strips = np.concatenate([strips, np.zeros_like(strips[: len(strips) % 2])])
        Image.fromarray(np.concatenate([np.concatenate(list(strips[i::2])) for i in range(2)], 1)).save(path, quality=85)

    @torch.no_grad()
    def _marked(self, damaged: np.ndarray) -> np.ndarray:
        return (self.network.detector(latent_of(damaged, self._device)) > THRESHOLD)[:, 0].cpu().numpy()

    def _repaired(self, damaged: np.ndarray, masks: np.ndarray, steps: int) -> np.ndarray:
        gray = latent_of(damaged, self._device)
        mask = torch.from_numpy(masks).to(self._device)[:, None].float()
        return levels_of(restore(self.network.restorer, gray, mask, steps, noise_like(gray, 0)))

    @property
    def _device(self) -> torch.device:
        return next(self.network.parameters()).device
