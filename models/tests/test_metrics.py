"""Measures with known answers: the same as in test/unit/bench/metrics.test.ts."""

import numpy as np
import pytest

pytest.importorskip("skimage")

from skimage.color import deltaE_ciede2000

from ddcolor import metrics
from ddcolor.evaluate import compare, means


def pixels(*colours: tuple[int, int, int]) -> np.ndarray:
    """uint8 [1, N, 3]."""
    return np.array([colours], np.uint8)


def test_psnr_of_a_known_error() -> None:
    one = pixels((10, 20, 30), (40, 50, 60))
    assert metrics.psnr(one, one) == float("inf")
    assert metrics.psnr(one, one + 5) == pytest.approx(10 * np.log10(255**2 / 25))


def test_colourfulness_of_gray_and_of_red_beside_cyan() -> None:
    assert metrics.colourfulness(pixels((9, 9, 9), (200, 200, 200))) == 0
    assert metrics.colourfulness(pixels((255, 0, 0), (0, 255, 255))) == pytest.approx(np.hypot(255, 127.5))


def test_gray_has_each_pixels_own_lightness() -> None:
    scan = pixels((0, 0, 0), (77, 77, 77), (255, 255, 255), (255, 0, 0))
    assert metrics.gray_copy(scan).tolist() == [[0, 77, 255, 127]]


def test_lab_of_red() -> None:
    assert metrics.lab_of(pixels((255, 0, 0)))[0, 0] == pytest.approx([53.24, 80.09, 67.20], abs=0.01)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Pairs 1, 7, 13, 17 and 25 of Sharma, Wu, Dalal 2005, table 1.
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_ciede2000(one: tuple, other: tuple, expected: float) -> None:
    assert deltaE_ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=5e-5)


def test_ssim_of_chroma_is_that_of_the_other_implementation() -> None:
    y, x = np.mgrid[0:20, 0:24].astype(np.float64)
    light = np.full_like(x, 50)
    one = np.stack([light, 40 * np.sin(x / 3) + y, 10 * np.cos(y / 4) - x / 2], -1)
    other = np.stack([light, 30 * np.sin(x / 3 + 0.3) + y - 3, 5 * np.cos(y / 4) + x / 5], -1)
    assert metrics.chroma_ssim(one, one) == pytest.approx(1)
    assert metrics.chroma_ssim(one, other) == pytest.approx(0.340076, abs=1e-6)


def test_ab_distance_is_a_distance_in_the_plane() -> None:
    one, other = np.array([[[50, 3, 4], [50, 1, 1]]]), np.array([[[10, 0, 0], [50, 1, 1]]])
    assert metrics.ab_distance(one, other) == 2.5


def test_all_measures_of_a_picture_and_itself() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (16, 20, 3), dtype=np.uint8)
    found = metrics.measures(picture, picture)
    assert found["chromaSsim"] == pytest.approx(1)
    assert (found["colourfulnessDifference"], found["abDistance"], found["deltaE2000"]) == (0, 0, 0)
    assert "perceptual" not in found


def test_toned_scans_are_gray_and_photographs_are_not() -> None:
    level = np.linspace(0, 255, 64 * 64).reshape(64, 64, 1)
    sepia = (level * [1, 0.94, 0.82]).astype(np.uint8)
    assert not metrics.is_colour(sepia)
    half = sepia.copy()
    half[:, ::2] = half[:, ::2, ::-1]
    assert metrics.is_colour(half)


def test_a_cast_shows_in_the_shares_of_hues() -> None:
    greenish = np.full((4, 4, 3), (100, 140, 100), np.uint8)
    assert metrics.gray_measures(greenish)["green"] == pytest.approx(1)
    shares = metrics.gray_measures(np.full((4, 4, 3), 90, np.uint8))
    assert shares["meanChroma"] == pytest.approx(0, abs=1e-6)


def test_comparison_is_paired_by_file() -> None:
    def row(file: str, psnr: float, difference: float) -> dict:
        return {"file": file, "measures": {"psnr": psnr, "colourfulnessDifference": difference}, "grayMeasures": None}

    ours = [row("a", 20, -8), row("b", 24, 3), row("only here", 90, 0)]
    found = compare(ours, [row("b", 25, -5), row("a", 18, -9)])
    assert found["psnr"] == pytest.approx((0.5, 1.5, 1, 2))
    assert found["colourfulnessDifference"][2] == 2
    assert means(ours)["psnr"] == pytest.approx(134 / 3)
    assert means(ours, "grayMeasures") is None
