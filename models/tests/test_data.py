"""Photographs come out of the tar upright and whole, and crops of them too."""

import numpy as np
import torch
from conftest import png, write_tar

from ddcolor.trainer import sampled_colours
from training.photographs import load_photographs, middle_crops, random_crops, split


def corners(width: int, height: int) -> np.ndarray:
    """Red above left, green above right, blue below left, white below right."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2, 0] = picture[: height // 2, width // 2 :, 1] = 255
    picture[height // 2 :, : width // 2, 2] = 255
    picture[height // 2 :, width // 2 :] = 255
    return picture


def test_landscapes_and_portraits_are_upright(tmp_path):
    sizes = ((320, 240), (240, 320), (200, 200), (700, 200))
    tar = write_tar(tmp_path / "t.tar", {f"{w}x{h}.png": png(corners(w, h)) for w, h in sizes})
    photographs = load_photographs([tar], workers=1)
    assert photographs.turned.tolist() == [False, True, False, False]
    expected = torch.tensor(corners(64, 64)).permute(2, 0, 1) / 255
    # The borders between the quarters are blurred by the scaling.
    inner = [i for i in range(64) if not 28 <= i < 36]
    for crop in middle_crops(photographs, (64, 64)):
        assert (crop - expected)[:, inner][:, :, inner].abs().max() < 0.02


def test_random_crops_are_upright_or_mirrored_and_inside(tmp_path):
    tar = write_tar(tmp_path / "t.tar", {"a.png": png(corners(240, 320)), "b.png": png(corners(320, 240))})
    photographs = load_photographs([tar], workers=1)
    torch.manual_seed(0)
    crops = random_crops(photographs, 64, (48, 48), (0.9, 1.0))
    assert crops.shape == (64, 3, 48, 48) and crops.min() >= 0 and crops.max() <= 1
    top_left, top_right = crops[:, :, 2, 2], crops[:, :, 2, -3]
    mirrored = top_left[:, 1] > 0.9
    assert 10 < mirrored.sum() < 54
    assert (torch.where(mirrored[:, None], top_right, top_left)[:, 0] > 0.9).all()
    assert (crops[:, 2, -3, 2] > 0.9).all()


def test_what_is_no_picture_is_left_out_and_the_rest_is_kept(tmp_path):
    tar = write_tar(tmp_path / "t.tar", {"bad.jpg": b"not a picture", "note.txt": b"", "good.png": png(corners(60, 60))})
    first = load_photographs([tar], tmp_path / "cache", workers=1)
    again = load_photographs([tar], tmp_path / "cache", workers=1)
    assert len(first) == 1
    assert (first.pixels == again.pixels).all() and (first.width == again.width).all()


def test_held_out_photographs_are_not_trained_on(photographs):
    training, held_out = split(photographs, 4)
    assert (len(training), len(held_out)) == (8, 4)
    assert not any((training.pixels == picture).flatten(1).all(1).any() for picture in held_out.pixels)


def test_colours_are_sampled_from_photographs_alone_not_from_what_fills_the_rest(tmp_path):
    tar = write_tar(tmp_path / "t.tar", {"a.png": png(corners(200, 200)), "b.png": png(corners(300, 200))})
    photographs = load_photographs([tar], workers=1)
    assert sum(ab.shape[-1] for ab in sampled_colours(photographs)) == 28 * 28 + 28 * 42
