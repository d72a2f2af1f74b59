"""Rounds weights to int8 with one scale a channel, losing as little as such a scale can."""

import numpy as np

# Share of a channel's largest magnitude that 127 stands for; what lies beyond is clipped.
CLIPS = np.arange(0.50, 1.001, 0.02)


def quantise(weight, axis):
    """Returns int8 values (shape of weight) and float32 scales, one per index of `axis`.

    Symmetric: weight ≈ value · scale, values in -127…127. Of all clips tried, each channel keeps the
    one with the least squared error; its scale is then the least-squares fit to the rounded values.
    """
    rows = np.moveaxis(weight.astype(np.float64), axis, 0).reshape(weight.shape[axis], -1)
    peak = np.maximum(np.abs(rows).max(1), 1e-8)
    best_error = np.full(len(rows), np.inf)
    best_scale = (peak / 127).astype(np.float32)
    best_values = np.zeros(rows.shape, np.int8)
    for clip in CLIPS:
        values = np.clip(np.rint(rows / (peak * clip / 127)[:, None]), -127, 127)
        scale = (rows * values).sum(1) / np.maximum((values * values).sum(1), 1)
        error = ((rows - values * scale[:, None]) ** 2).sum(1)
        better = error < best_error
        best_error[better] = error[better]
        best_scale[better] = scale[better]
        best_values[better] = values[better]
    shape = np.moveaxis(weight, axis, 0).shape
    return np.ascontiguousarray(np.moveaxis(best_values.reshape(shape), 0, axis)), best_scale


def restore(values, scales, axis):
    """The float32 weight that int8 values and their scales stand for."""
    shape = [1] * values.ndim
    shape[axis] = -1
    return values.astype(np.float32) * scales.astype(np.float32).reshape(shape)
