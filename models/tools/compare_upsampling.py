"""Compares ways to bring small ab planes up to a photograph's own size.

    python compare_upsampling.py --photographs holdout-large.tar [--size 256] [--blur 0,1.5]

The photograph's own ab, averaged to the network's size (and blurred, as a network's are), are brought
up again by each method and compared with the photograph: PSNR over RGB, mean |Δab| over the tenth
of pixels with the strongest lightness edges, and over all. The app's way is `anchored r1 e100`
(src/image/guided/guided-field.ts).
"""

import argparse

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, uniform_filter

from measure import lab_of_rgb, photographs, resize, rgb_of_lab


def bring_up(plane, shape, filtering=Image.Resampling.BILINEAR):
    return np.asarray(Image.fromarray(plane.astype(np.float32)).resize(shape[::-1], filtering))


def window_mean(plane, radius):
    return uniform_filter(plane, 2 * radius + 1, mode="nearest")


def slopes(guide, plane, radius, regularisation):
    """Slope of the regularised local line of a plane on the guide, averaged over the window."""
    mean_guide, mean_plane = window_mean(guide, radius), window_mean(plane, radius)
    covariance = window_mean(guide * plane, radius) - mean_guide * mean_plane
    variance = window_mean(guide * guide, radius) - mean_guide**2
    slope = covariance / (variance + regularisation)
    return window_mean(slope, radius), window_mean(mean_plane - slope * mean_guide, radius)


def guided(lightness, guide, plane, radius, regularisation):
    """The fast guided filter (arXiv 1505.00996)."""
    slope, offset = slopes(guide, plane, radius, regularisation)
    return bring_up(slope, lightness.shape) * lightness + bring_up(offset, lightness.shape)


def anchored(lightness, guide, plane, radius, regularisation):
    """The guided filter whose offset is anchored to each cell's own value."""
    slope, _ = slopes(guide, plane, radius, regularisation)
    offset = plane - slope * guide
    return bring_up(slope, lightness.shape) * lightness + bring_up(offset, lightness.shape)


def joint_bilateral(lightness, guide, plane, radius, space, tones):
    """Joint bilateral upsampling (Kopf et al. 2007), 2·radius taps an axis."""
    height, width = lightness.shape
    v = (np.arange(height) + 0.5) * guide.shape[0] / height - 0.5
    u = (np.arange(width) + 0.5) * guide.shape[1] / width - 0.5
    total = weights = 0
    for dy in range(1 - radius, radius + 1):
        y = np.floor(v).astype(int) + dy
        for dx in range(1 - radius, radius + 1):
            x = np.floor(u).astype(int) + dx
            near = np.exp(-(((y - v) / space) ** 2) / 2)[:, None] * np.exp(-(((x - u) / space) ** 2) / 2)
            at = np.ix_(y.clip(0, guide.shape[0] - 1), x.clip(0, guide.shape[1] - 1))
            weight = near * (np.exp(-(((lightness - guide[at]) / tones) ** 2) / 2) + 1e-6)
            total, weights = total + weight * plane[at], weights + weight
    return total / weights


METHODS = {
    "nearest": lambda light, guide, plane: bring_up(plane, light.shape, Image.Resampling.NEAREST),
    "bilinear": lambda light, guide, plane: bring_up(plane, light.shape),
    "guided r1 e50": lambda *planes: guided(*planes, 1, 50),
    "guided r2 e50": lambda *planes: guided(*planes, 2, 50),
    "guided r4 e50": lambda *planes: guided(*planes, 4, 50),
    "joint bilateral": lambda *planes: joint_bilateral(*planes, 2, 0.6, 8),
    "anchored r1 e60": lambda *planes: anchored(*planes, 1, 60),
    "anchored r1 e100": lambda *planes: anchored(*planes, 1, 100),
    "anchored r1 e150": lambda *planes: anchored(*planes, 1, 150),
    "anchored r2 e100": lambda *planes: anchored(*planes, 2, 100),
}


def scores(rgb, size, blur):
    """method → (PSNR, mean |Δab| at edges, mean |Δab|) for one photograph."""
    lab = lab_of_rgb(rgb)
    lightness = lab[..., 0]
    height, width = lightness.shape
    scale = size / (height * width) ** 0.5
    small = [resize(lab[..., i], round(width * scale), round(height * scale)) for i in range(3)]
    planes = [gaussian_filter(p, blur) if blur else p for p in small[1:]]
    steepness = np.hypot(*np.gradient(lightness))
    edges = steepness > np.quantile(steepness, 0.9)
    found = {}
    for name, method in METHODS.items():
        ab = np.stack([method(lightness, small[0], plane) for plane in planes], -1)
        distance = np.hypot(*np.moveaxis(ab - lab[..., 1:], -1, 0))
        error = ((rgb_of_lab(np.concatenate([lab[..., :1], ab], -1)) - rgb) ** 2).mean()
        found[name] = (-10 * np.log10(error), distance[edges].mean(), distance.mean())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photographs", required=True, help="a tar of colour photographs, larger than the size")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--blur", default="0,1.5", help="standard deviations of the blur, in cells")
    parser.add_argument("--limit", type=int, default=0)
    arguments = parser.parse_args()
    pictures = list(photographs(arguments.photographs, arguments.limit, False))
    for blur in map(float, arguments.blur.split(",")):
        rows = [scores(rgb, arguments.size, blur) for rgb in pictures]
        print(f"{len(rows)} photographs, size {arguments.size}, ab blurred by {blur}")
        for name in METHODS:
            psnr, edge, everywhere = np.mean([row[name] for row in rows], 0)
            print(f"  {name:18s} {psnr:6.2f} dB   edges {edge:.3f}   all {everywhere:.3f}", flush=True)


if __name__ == "__main__":
    main()
