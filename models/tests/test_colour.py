"""Colours against known values, and against the app's."""

import numpy as np
import pytest
import torch

from pictures.colour import colourfulness, gray_of_lightness, lab_of_rgb, rgb_of_lab


def plane(*rgb: float) -> torch.Tensor:
    return torch.tensor(rgb).view(1, 3, 1, 1)


def test_lab_of_known_colours():
    # sRGB's primaries under D65, as published everywhere.
    for rgb, lab in (((1, 0, 0), (53.24, 80.09, 67.20)), ((0, 0, 1), (32.30, 79.19, -107.86)), ((1, 1, 1), (100, 0, 0))):
        assert (lab_of_rgb(plane(*map(float, rgb))).flatten() - torch.tensor(lab)).abs().max() < 0.02


def test_gray_has_no_colour_and_keeps_its_level():
    gray = torch.linspace(0, 1, 256).view(1, 1, 1, -1).expand(-1, 3, -1, -1)
    lab = lab_of_rgb(gray)
    assert lab[:, 1:].abs().max() < 1e-3
    assert (gray_of_lightness(lab[:, :1]) - gray).abs().max() < 1e-5


def test_there_and_back():
    rgb = torch.rand(2, 3, 16, 16)
    assert (rgb_of_lab(lab_of_rgb(rgb)) - rgb).abs().max() < 1e-4


def test_colourfulness_is_hasler_and_suesstrunks():
    rgb = torch.rand(3, 3, 20, 30)
    for picture, found in zip(rgb.double().numpy() * 255, colourfulness(rgb)):
        first, second = picture[0] - picture[1], (picture[0] + picture[1]) / 2 - picture[2]
        expected = np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean())
        assert found.item() == pytest.approx(expected, abs=0.01)
    assert colourfulness(torch.full((1, 3, 8, 8), 0.4)).item() < 0.01


def test_gradients_are_finite_where_curves_have_corners():
    rgb = torch.tensor([0.0, 0.04045, 1.0]).view(1, 3, 1, 1).expand(1, 3, 4, 4).clone().requires_grad_()
    colourfulness(rgb_of_lab(lab_of_rgb(rgb) * 1.5)).sum().backward()
    assert rgb.grad.isfinite().all()
