"""Measures repair and detection on photographs that were not trained on, against OpenCV's inpainting by Telea (2004).

    python -m repair.evaluate weights.pt --photographs DATA/holdout.tar --square 256 --json repair.json
    python -m repair.evaluate repair-small --photographs historic/ --sheet historic.webp
    python -m repair.evaluate repair-small --photographs SCENES --damaged --sheet scenes.webp

Each photograph is made gray and damaged by evaluation_damage.py with a seed of its own; Telea's method and
the network get the same picture and the same mask. --sheet takes photographs as they are, finds their damage
and repairs it: damaged, found, repaired; with --damaged it damages them first, and shows the originals too.
Needs `pip install -e '.[evaluate]'`.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from pictures.colour import LUMINANCE, linear_of_srgb, srgb_of_linear
from pictures.contact_sheet import ContactSheet
from pictures.files import photographs
from repair.architecture import Repair
from repair.evaluation_damage import damaged_copy
from repair.metrics import Found, psnr_inside, ssim_inside
from repair.sampling import restore
from repair.validation import latent_of, levels_of, noise_like
from repair.weights import opened

STEPS = (1, 2, 4, 8)
#: Mirrored views of which the mean is taken, with one step.
VIEWS = 4
#: Probabilities from which a pixel counts as damaged.
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: Radius in pixels of Telea's neighbourhood.
RADIUS = 3


def gray_of(picture: np.ndarray) -> np.ndarray:
    """The picture in gray, each pixel of its own luminance: uint8 [H, W] of sRGB uint8 [H, W, 3]."""
    linear = linear_of_srgb(torch.from_numpy(picture).double() / 255)
    luminance = (linear * torch.tensor(LUMINANCE, dtype=torch.float64)).sum(-1).clamp(0, 1)
    return (srgb_of_linear(luminance) * 255).round().byte().numpy()


class Model:
    """The networks on pictures of any size, whole: borders are repeated up to a multiple."""

    def __init__(self, network: Repair, device: str) -> None:
        self.network, self.device = network.to(device).eval(), device

    @torch.no_grad()
    def probability(self, gray: np.ndarray) -> np.ndarray:
        """Of damage, float32 [H, W]."""
        logits = self.network.detector(latent_of(self._framed(gray)[None], self.device))
        return torch.sigmoid(logits)[0, 0, : gray.shape[0], : gray.shape[1]].cpu().numpy()

    def repaired(self, gray: np.ndarray, mask: np.ndarray, steps: int, views: int = 1) -> np.ndarray:
        """uint8 [H, W]; where the mask is not, the picture itself."""
        latent = latent_of(self._framed(gray)[None], self.device)
        known = torch.from_numpy(self._framed(mask)).to(self.device)[None, None].float()
        result = levels_of(restore(self.network.restorer, latent, known, steps, noise_like(latent, 0), views))[0]
        return result[: gray.shape[0], : gray.shape[1]]

    def _framed(self, plane: np.ndarray) -> np.ndarray:
        multiple = self.network.config.multiple
        return np.pad(plane, [(0, -side % multiple) for side in plane.shape], "edge")


def telea(gray: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """OpenCV's answer. Raises ValueError where OpenCV is not installed."""
    try:
        import cv2
    except ImportError as error:
        raise ValueError("the comparison needs OpenCV: pip install -e '.[evaluate]'") from error
    return cv2.inpaint(gray, mask.astype(np.uint8) * 255, RADIUS, cv2.INPAINT_TELEA)


def measured(
    model: Model, pictures: Iterator[tuple[str, np.ndarray]], steps: tuple[int, ...]
) -> tuple[list[dict], dict[float, Found]]:
    """A row a photograph, and the detector's count for each threshold. A seed is a photograph's place in the order.

    `marked` of a row: the share that the detector marks of the undamaged photograph, by threshold.
    """
    rows, found = [], {threshold: Found() for threshold in THRESHOLDS}
    for seed, (name, picture) in enumerate(pictures):
        gray = gray_of(picture)
        damaged, mask = damaged_copy(gray, seed)
        results = {"telea": telea(damaged, mask)}
        results |= {f"steps{count}": model.repaired(damaged, mask, count) for count in steps}
        results[f"views{VIEWS}"] = model.repaired(damaged, mask, 1, VIEWS)
        undamaged = model.probability(gray)
        row = {"file": name, "area": float(mask.mean())}
        row["marked"] = {str(threshold): float((undamaged > threshold).mean()) for threshold in THRESHOLDS}
        for kind, result in results.items():
            row[kind] = {"psnr": psnr_inside(gray, result, mask), "ssim": ssim_inside(gray, result, mask)}
            row[kind]["untouched"] = bool((result == gray)[~mask].all())
        rows.append(row)
        probability = model.probability(damaged)
        for threshold, counts in found.items():
            counts.add(probability > threshold, mask)
    return rows, found


def summary(rows: list[dict], found: dict[float, Found]) -> dict:
    """Means over the photographs, in how many each beats Telea's by PSNR, and detection by threshold."""
    kinds = [kind for kind in rows[0] if kind not in ("file", "area", "marked")]
    table = {}
    for kind in kinds:
        table[kind] = {measure: float(np.mean([row[kind][measure] for row in rows])) for measure in ("psnr", "ssim")}
        table[kind]["better"] = sum(row[kind]["psnr"] > row["telea"]["psnr"] for row in rows)
        table[kind]["untouched"] = all(row[kind]["untouched"] for row in rows)
    marked = {str(t): float(np.mean([row["marked"][str(t)] for row in rows])) for t in found}
    detection = {str(t): {"precision": c.precision, "recall": c.recall, "marked": marked[str(t)]} for t, c in found.items()}
    area = float(np.mean([row["area"] for row in rows]))
    return {"photographs": len(rows), "area": area, "repair": table, "detection": detection}


def write_sheet(
    model: Model, pictures: Iterator[tuple[str, np.ndarray]], path: Path, steps: int, threshold: float, damages: bool = False
) -> None:
    """Photographs as they are, or damaged here, what is found in them, and repaired. Third parties' are never committed."""
    sheet = ContactSheet()
    for seed, (name, picture) in enumerate(pictures):
        original = gray_of(picture)
        gray = damaged_copy(original, seed)[0] if damages else original
        mask = model.probability(gray) > threshold
        shown = [gray, mask.astype(np.uint8) * 255, model.repaired(gray, mask, steps, VIEWS)]
        shown += [original] if damages else []
        sheet.add(name, [np.stack([plane] * 3, -1) for plane in shown])
    sheet.write(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="a weights.pt of training, or a packed folder")
    parser.add_argument("--photographs", type=Path, required=True, help="a tar or a folder")
    parser.add_argument("--square", type=int, help="the middle square at so many pixels")
    parser.add_argument("--limit", type=int, default=0, help="so many photographs, spread over the names")
    parser.add_argument("--steps", type=int, nargs="+", default=list(STEPS), help="steps of sampling")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", type=Path, help="in place of measuring: a contact sheet, .webp or .png; never committed")
    parser.add_argument("--threshold", type=float, default=0.9, help="of the sheet's detection")
    parser.add_argument("--damaged", action="store_true", help="the sheet's photographs are damaged first")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (OSError, ValueError) as error:
        parser.error(str(error))


def run(arguments: argparse.Namespace) -> None:
    """The command, as read. Raises OSError or ValueError where something named is not there or not what it should be."""
    model = Model(opened(arguments.weights), arguments.device)
    pictures = photographs(arguments.photographs, arguments.limit, arguments.square)
    if arguments.sheet:
        return write_sheet(model, pictures, arguments.sheet, arguments.steps[0], arguments.threshold, arguments.damaged)
    rows, found = measured(model, pictures, tuple(arguments.steps))
    if not rows:
        raise ValueError(f"no photographs in {arguments.photographs}")
    means = summary(rows, found)
    print(f"{means['photographs']} photographs, {means['area']:.1%} of them damaged")
    for kind, one in means["repair"].items():
        outside = "untouched" if one["untouched"] else "CHANGED"
        print(f"{kind:8} {one['psnr']:7.2f} dB   SSIM {one['ssim']:.4f}   better in {one['better']}   outside the mask {outside}")
    for threshold, one in means["detection"].items():
        print(
            f"detection over {threshold}: precision {one['precision']:.3f}, recall {one['recall']:.3f}, "
            f"marked of undamaged photographs {one['marked']:.2%}"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps({"mean": means, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
