"""Bringing ab up in Python does what the app does."""

import numpy as np
import pytest

pytest.importorskip("skimage")

from ddcolor.colouring import LIGHTNESS, Colouring, content_size
from ddcolor.metrics import lab_of
from ddcolor.upsample import SHARPENING_LIMIT, guided_ab, picture_of
from pictures.resize import resized


def test_resizing_averages_areas_and_interpolates_where_it_grows() -> None:
    plane = np.array([[0.0, 3.0, 6.0]])
    assert resized(plane, 1, 2)[0] == pytest.approx([1, 5])
    assert resized(plane, 1, 6)[0] == pytest.approx([0, 0.75, 2.25, 3.75, 5.25, 6])
    assert resized(np.stack([plane, plane + 1], -1), 1, 1)[0, 0] == pytest.approx([3, 4])


def test_at_the_grids_own_size_every_cell_keeps_its_colour() -> None:
    random = np.random.default_rng(2)
    guide, ab = random.uniform(0, 100, (9, 11)), random.normal(0, 20, (9, 11, 2))
    assert guided_ab(ab, guide, guide) == pytest.approx(ab)


def test_is_what_the_app_brings_up() -> None:
    """The same planes and numbers as in test/unit/image/guided-field.test.ts."""
    y, x = np.mgrid[0:5, 0:6].astype(np.float64)
    guide = 50 + 30 * np.sin(2 * x + y)
    ab = np.stack([20 * np.cos(x) + 5 * y, 15 * np.sin(y) - 4 * x], -1)
    # Five pixels a cell: the third is its middle.
    found = guided_ab(ab, guide, np.full((25, 30), 55.0))[[2, 12, 22], [2, 17, 27]]
    expected = [[21.36788, -0.22383], [-7.54438, 2.61438], [21.89211, -30.24528]]
    assert found == pytest.approx(np.array(expected), abs=1e-4)


def test_sharpening_is_limited_beside_an_edge() -> None:
    ab = np.repeat([[0.0, 0, 90, 90]], 2, 1)[..., None].repeat(2, -1)
    found = guided_ab(ab, np.full((1, 8), 50.0), np.full((9, 72), 50.0))
    assert found.min() == pytest.approx(-SHARPENING_LIMIT)
    assert found.max() == pytest.approx(90 + SHARPENING_LIMIT)


def test_colour_follows_the_side_of_an_edge_of_lightness() -> None:
    guide = np.full((8, 8), 20.0)
    guide[:, 4:] = 80
    ab = np.where(guide == 20, 60.0, 0.0)[..., None].repeat(2, -1)
    slope_up = guided_ab(ab, guide, np.full((8, 8), 20.0))[4, 4, 0]
    assert guided_ab(ab, guide, guide)[4, 4, 0] == pytest.approx(0)
    assert slope_up > 25


def test_colours_beyond_srgb_keep_lightness_and_hue() -> None:
    lightness, ab = np.array([[90.0, 50.0]]), np.array([[[80.0, -60.0], [10.0, 10.0]]])
    lab = lab_of(picture_of(lightness, ab))
    assert lab[..., 0] == pytest.approx(lightness, abs=0.3)
    assert np.arctan2(lab[0, 0, 2], lab[0, 0, 1]) == pytest.approx(np.arctan2(-60, 80), abs=0.05)
    assert np.hypot(*lab[0, 0, 1:]) < 60
    assert lab[0, 1, 1:] == pytest.approx([10, 10], abs=0.6)


def test_a_colouring_pads_what_the_network_sees_and_cuts_it_off() -> None:
    seen = []

    def network(gray: np.ndarray) -> np.ndarray:
        seen.append(gray)
        return np.stack([np.full(gray.shape, 12.0), np.full(gray.shape, -7.0)])

    gray = np.full((60, 100), 120, np.uint8)
    lab = lab_of(Colouring("flat", network, gain=2.0).picture(gray, size=64))
    assert content_size(60, 100, 64) == (50, 83)
    assert seen[0].shape == (64, 96) and seen[0].dtype == np.float32
    assert seen[0] == pytest.approx(120 / 255, abs=1e-4)
    assert lab[..., 0] == pytest.approx(LIGHTNESS[120], abs=0.3)
    assert lab[..., 1:].mean((0, 1)) == pytest.approx([24, -14], abs=0.5)
