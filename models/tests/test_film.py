"""Old film keeps shape and range, and leaves the others as they were."""

import torch

from pictures.colour import lab_of_rgb
from pictures.film import exposed, old_film
from training.photographs import random_crops


def test_film_keeps_shape_and_range(photographs):
    torch.manual_seed(0)
    rgb = random_crops(photographs, 48, (64, 96), (0.3, 1.0))
    lightness = lab_of_rgb(rgb)[:, :1]
    film = old_film(rgb, lightness, 1.0)
    assert film.shape == lightness.shape and film.isfinite().all()
    assert film.min() >= 0 and film.max() <= 100
    assert ((film - lightness).abs().mean((1, 2, 3)) > 1).float().mean() > 0.9


def test_a_share_of_the_pictures_is_old(photographs):
    torch.manual_seed(0)
    rgb = random_crops(photographs, 200, (32, 32), (0.3, 1.0))
    lightness = lab_of_rgb(rgb)[:, :1]
    same = (old_film(rgb, lightness, 0.4) == lightness).flatten(1).all(1)
    assert same.sum() == 120 and same[:100].sum() == 60
    assert (old_film(rgb, lightness, 0.0) == lightness).all()


def test_some_plates_are_blind_to_red():
    torch.manual_seed(0)
    red, blue = torch.tensor([0.8, 0.1, 0.1]), torch.tensor([0.1, 0.1, 0.8])
    rgb = torch.cat([c.view(1, 3, 1, 1).expand(200, 3, 8, 8) for c in (red, blue)], 3)
    seen = exposed(rgb)
    difference = (seen[..., :8] - seen[..., 8:]).mean((1, 2, 3))
    assert (difference < -0.2).any() and (difference > 0).any()
