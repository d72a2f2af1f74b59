"""From small ab planes to a picture, as the app does it: the twin of src/image/guided and src/image/colour/gamut.ts.

A test of both sides on photographs holds them together (models/README.md); the reasons for each step
stand in the app's code.
"""

import numpy as np

from pictures.colour import DELTA, FOOT_OFFSET, FOOT_SLOPE, RGB_OF_XYZ, WHITE
from pictures.resize import taps

REGULARISATION = 300
SHARPENING_FLOOR = 0.5
SHARPENING_LIMIT = 3
GAMUT_TOLERANCE = 2e-5
GAMUT_STEPS = 10


def interpolated(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """[h, w, C] bilinearly at [height, width, C]."""
    above, below, down = taps(plane.shape[0], height)
    left, right, along = taps(plane.shape[1], width)
    rows = plane[above] * (1 - down[:, None, None]) + plane[below] * down[:, None, None]
    return rows[:, left] * (1 - along[:, None]) + rows[:, right] * along[:, None]


def guided_ab(ab: np.ndarray, guide: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    """ab [h, w, 2] at lightness's size [H, W, 2]. guide: L* [h, w], the mean over each cell."""
    ab = ab.astype(np.float64)
    slope = _window_mean(_slopes(ab, guide))
    own = ab - slope * guide[..., None]
    spread = [_spread(cells, pixels) for cells, pixels in zip(guide.shape, lightness.shape)]
    # The loss of ab less that of the guide with the cell's own slope.
    lost = _loss(ab, spread) - slope * _loss(guide[..., None], spread)
    offset = own + np.sign(lost) * (abs(lost) - SHARPENING_FLOOR).clip(0, SHARPENING_LIMIT)
    return interpolated(slope, *lightness.shape) * lightness[..., None] + interpolated(offset, *lightness.shape)


def _slopes(ab: np.ndarray, guide: np.ndarray) -> np.ndarray:
    """The regularised least-squares slope of ab on L* in each cell's window, cut off at the border."""
    light = guide[..., None]
    mean_light, mean_ab = _window_mean(light), _window_mean(ab)
    covariance = _window_mean(light * ab) - mean_light * mean_ab
    variance = (_window_mean(light * light) - mean_light**2).clip(0)
    return covariance / (variance + REGULARISATION)


def _window_mean(plane: np.ndarray) -> np.ndarray:
    """The mean over 3 × 3 cells, cut off at the border."""

    def summed(values: np.ndarray) -> np.ndarray:
        for axis in (0, 1):
            values = sum(_neighbours(values, axis, "constant"))
        return values

    return summed(plane) / summed(np.ones_like(plane[..., :1], np.float64))


def _neighbours(plane: np.ndarray, axis: int, border: str) -> list[np.ndarray]:
    """The plane moved by one cell, itself, and moved the other way."""
    padded = np.pad(plane, [(1, 1) if i == axis else (0, 0) for i in range(plane.ndim)], border)
    return [padded.take(range(at, at + plane.shape[axis]), axis) for at in range(3)]


def _spread(cells: int, pixels: int) -> float:
    """Share of a cell's mean that interpolation takes from the neighbour on either side."""
    return (1 - (cells / pixels) ** 2) / 8 if pixels > cells else 0.0


def _loss(plane: np.ndarray, spread: list[float]) -> np.ndarray:
    spread_mean = plane
    for axis, side in enumerate(spread):
        before, own, after = _neighbours(spread_mean, axis, "edge")
        spread_mean = (1 - 2 * side) * own + side * (before + after)
    return plane - spread_mean


def picture_of(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """uint8 sRGB [H, W, 3] of L* [H, W] and ab [H, W, 2].

    A colour that sRGB cannot show loses chroma at its own hue and lightness; channels are not clipped.
    """
    share = np.ones(lightness.shape)
    outside = ~_fits(_linear(lightness, ab))
    light, colour = lightness[outside], ab[outside]
    inside, beyond = np.zeros(len(light)), np.ones(len(light))
    for _ in range(GAMUT_STEPS):
        middle = (inside + beyond) / 2
        fits = _fits(_linear(light, colour * middle[:, None]))
        inside, beyond = np.where(fits, middle, inside), np.where(fits, beyond, middle)
    share[outside] = inside
    linear = _linear(lightness, ab * share[..., None]).clip(0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.floor(srgb * 255 + 0.5).astype(np.uint8)


def _linear(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    y = (lightness + 16) / 116
    f = np.stack([y + ab[..., 0] / 500, y, y - ab[..., 1] / 200], -1)
    xyz = np.where(f > DELTA, f**3, FOOT_SLOPE * (f - FOOT_OFFSET)) * np.array(WHITE)
    return xyz @ np.array(RGB_OF_XYZ).T


def _fits(linear: np.ndarray) -> np.ndarray:
    return ((linear >= -GAMUT_TOLERANCE) & (linear <= 1 + GAMUT_TOLERANCE)).all(-1)
