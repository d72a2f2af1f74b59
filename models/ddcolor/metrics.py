"""How well colours were found: the same measures, by the same names, as `npm run evaluate` in the app.

Pictures are uint8 [H, W, 3] sRGB. Each measure is defined once in words here and in
test/bench/evaluation; both have tests with known answers, and agree on photographs.
"""

import numpy as np
import torch
from skimage.color import deltaE_ciede2000
from skimage.metrics import structural_similarity

from pictures.colour import LUMINANCE, lab_of_rgb, linear_of_srgb, srgb_of_linear
from training.perceptual import Perceptual, perceptual_distance

#: Colours of a gray or toned scan spread less than this about the tone of their lightness, in Lab units (1.6
#: at most in 22 scans); those of a colour photograph more (2.6 at least in 324).
LEAST_SPREAD = 2.0
TONES = 16
COARSE = 64

Measures = dict[str, float]


def lab_of(picture: np.ndarray) -> np.ndarray:
    """CIELAB (D65) of a picture: float64 [H, W, 3]."""
    planes = torch.from_numpy(picture).permute(2, 0, 1)[None].double() / 255
    return lab_of_rgb(planes)[0].permute(1, 2, 0).numpy()


def gray_copy(picture: np.ndarray) -> np.ndarray:
    """The picture in gray, each pixel of its own lightness: uint8 [H, W]."""
    linear = linear_of_srgb(torch.from_numpy(picture).double() / 255)
    luminance = (linear * torch.tensor(LUMINANCE, dtype=torch.float64)).sum(-1).clamp(0, 1)
    return (srgb_of_linear(luminance) * 255).round().byte().numpy()


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio over R, G and B, in dB; infinite where nothing differs."""
    error = ((one.astype(np.float64) - other) ** 2).mean()
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def colourfulness(picture: np.ndarray) -> float:
    """Hasler and Süsstrunk (2003): 0 is gray, about 40 an ordinary photograph."""
    red, green, blue = (picture[..., i].astype(np.float64) for i in range(3))
    first, second = red - green, (red + green) / 2 - blue
    return float(np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean()))


def chroma_ssim(one: np.ndarray, other: np.ndarray) -> float:
    """SSIM of chroma, of two Lab pictures [H, W, 3] with sides of 11 or more: the mean of a's and of b's.

    Wang, Bovik, Sheikh, Simoncelli 2004: 11 × 11 Gaussian window of σ 1.5, K1 0.01, K2 0.03, signed
    planes, dynamic range 256, wherever the window fits.
    """
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 256}
    return float(np.mean([structural_similarity(one[..., i], other[..., i], **options) for i in (1, 2)]))


def ab_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Mean |Δab|: the mean distance in the ab plane of two Lab pictures, in Lab units."""
    return float(np.hypot(*np.moveaxis((one - other)[..., 1:], -1, 0)).mean())


def perceptual(one: np.ndarray, other: np.ndarray, frozen: Perceptual) -> float:
    """A distance in the manner of LPIPS (`training.perceptual`), comparable only by the same network."""
    features = []
    with torch.no_grad():
        for picture in (one, other):
            planes = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].to(frozen.mean.device).float() / 255
            features.append(frozen(planes))
    return float(perceptual_distance(*features).item())


def measures(original: np.ndarray, result: np.ndarray, frozen: Perceptual | None = None) -> Measures:
    """Every measure of a result against its original; `perceptual` only with a network."""
    first, second = lab_of(original), lab_of(result)
    own, found = colourfulness(original), colourfulness(result)
    values = {
        "psnr": psnr(original, result),
        "chromaSsim": chroma_ssim(first, second),
        "colourfulness": found,
        "originalColourfulness": own,
        "colourfulnessDifference": found - own,
        "abDistance": ab_distance(first, second),
        "deltaE2000": float(deltaE_ciede2000(first, second).mean()),
    }
    return values | ({"perceptual": perceptual(original, result, frozen)} if frozen else {})


def gray_measures(result: np.ndarray) -> Measures:
    """What can be said of a result whose photograph has no colours: how much colour, and of which hues.

    The shares are of the sum of chroma, by the hue angle's quarter about 0° (+a, red), 90°, 180° and 270°;
    a cast shows as a share near 1.
    """
    lab = lab_of(result)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    quarter = np.floor(np.arctan2(lab[..., 2], lab[..., 1]) / (np.pi / 2) + 4.5).astype(int) % 4
    total = chroma.sum()
    shares = [chroma[quarter == i].sum() / total if total else 0.25 for i in range(4)]
    named = dict(zip(("red", "yellow", "green", "blue"), map(float, shares)))
    return {"colourfulness": colourfulness(result), "meanChroma": float(chroma.mean()), **named}


def is_colour(coarse: np.ndarray) -> bool:
    """Whether a photograph, averaged to 64 × 64, has colours beyond a tone that follows lightness."""
    lab = lab_of(coarse).reshape(-1, 3)
    tone = np.minimum((lab[:, 0] * TONES / 100).astype(int), TONES - 1)
    count = np.bincount(tone, minlength=TONES).clip(1)
    squares = sum(((ab - (np.bincount(tone, ab, TONES) / count)[tone]) ** 2).mean() for ab in lab[:, 1:].T)
    return float(squares**0.5) >= LEAST_SPREAD
