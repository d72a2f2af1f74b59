"""How well damage was repaired and found. Pictures are gray uint8 [H, W], masks bool [H, W]."""

from dataclasses import dataclass

import numpy as np

#: Pixels beside a pixel, corners too, in which it may also be found.
TOLERANCE = 1


def psnr_inside(original: np.ndarray, result: np.ndarray, mask: np.ndarray) -> float:
    """Peak signal-to-noise ratio over the masked pixels, in dB, peak 255; infinite where nothing differs."""
    error = ((original.astype(np.float64) - result)[mask] ** 2).mean()
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim_inside(original: np.ndarray, result: np.ndarray, mask: np.ndarray) -> float:
    """The mean over the masked pixels of SSIM's map (Wang, Bovik, Sheikh, Simoncelli 2004; Gaussian window of σ 1.5)."""
    from skimage.metrics import structural_similarity

    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    return float(structural_similarity(original, result, full=True, **options)[1][mask].mean())


def near(mask: np.ndarray) -> np.ndarray:
    """The mask and all within the tolerance of it."""
    framed = np.pad(mask, TOLERANCE)
    side = range(2 * TOLERANCE + 1)
    return np.any([framed[y : y + mask.shape[0], x : x + mask.shape[1]] for y in side for x in side], 0)


@dataclass
class Found:
    """Pixels counted over pictures: marked and in truth damaged; those of each that have one of the other near."""

    marked: int = 0
    right: int = 0
    damaged: int = 0
    met: int = 0

    def add(self, marked: np.ndarray, truth: np.ndarray) -> None:
        self.marked += int(marked.sum())
        self.right += int((marked & near(truth)).sum())
        self.damaged += int(truth.sum())
        self.met += int((truth & near(marked)).sum())

    @property
    def precision(self) -> float:
        return self.right / self.marked if self.marked else 1.0

    @property
    def recall(self) -> float:
        return self.met / self.damaged if self.damaged else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0
