"""Scenes for a contact sheet that may be shown."""

import numpy as np
import pytest

from ddcolor.metrics import is_colour
from pictures.scenes import HEIGHT, SCENES, WIDTH, drawn


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_a_coloured_picture_and_the_same_again(name):
    picture = drawn(name)
    assert picture.shape == (HEIGHT, WIDTH, 3) and picture.dtype == np.uint8
    assert (picture == drawn(name)).all() and is_colour(picture)
    # Nothing of it is burnt out, and no half of it is one flat colour.
    assert (picture == 255).all(-1).mean() < 0.01
    assert picture[: HEIGHT // 2].std() > 8 and picture[HEIGHT // 2 :].std() > 8


def test_scenes_are_six_and_all_other():
    assert len({drawn(name).tobytes() for name in SCENES}) == 6
