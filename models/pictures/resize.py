"""Pictures at another size, as the app resizes them."""

import numpy as np


def resized(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """[H, W] or [H, W, C] at another size: the mean over each cell along an axis that shrinks, else bilinear."""
    rows, columns = _shares(plane.shape[0], height), _shares(plane.shape[1], width)
    return np.moveaxis(np.tensordot(columns, np.tensordot(rows, plane, (1, 0)), (1, 1)), 0, 1)


def _shares(samples: int, cells: int) -> np.ndarray:
    """[cells, samples]: what each sample gives to each cell."""
    if samples >= cells:
        edges = np.arange(cells + 1) * samples / cells
        place = np.arange(samples)
        overlap = np.minimum(edges[1:, None], place + 1) - np.maximum(edges[:-1, None], place)
        return overlap.clip(0) * cells / samples
    first, second, share = taps(samples, cells)
    shares = np.zeros((cells, samples))
    shares[np.arange(cells), first] += 1 - share
    shares[np.arange(cells), second] += share
    return shares


def taps(cells: int, pixels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pixel the two cells beside its centre and the second one's share."""
    at = ((np.arange(pixels) + 0.5) * cells / pixels - 0.5).clip(0, cells - 1)
    first = np.minimum(np.floor(at).astype(int), max(cells - 2, 0))
    return first, np.minimum(first + 1, cells - 1), at - first
