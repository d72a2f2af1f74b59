"""The blind comparison: honest order, no vote lost."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skimage")

from PIL import Image

from ddcolor.blind import KEY, VOTES, reveal, write_pairs
from ddcolor.colouring import Colouring


def flat(name: str, a: float) -> Colouring:
    return Colouring(name, lambda gray: np.stack([np.full(gray.shape, a), np.zeros(gray.shape)]))


def test_votes_are_counted_for_the_side_that_each_model_was_on(tmp_path: Path) -> None:
    pictures = [(f"{i}.png", np.full((40, 40, 3), 128, np.uint8)) for i in range(12)]
    write_pairs((flat("red", 40), flat("green", -40)), iter(pictures), ("red", "green"), tmp_path, seed=5)
    key = json.loads((tmp_path / KEY).read_text())
    assert {entry["left"] for entry in key.values()} == {"red", "green"}, "both orders occur"
    with pytest.raises(ValueError, match="01.png has no vote"):
        reveal(tmp_path)
    votes = {}
    for file in key:
        picture = np.asarray(Image.open(tmp_path / file))
        assert picture.shape == (40, 3 * 40 + 2 * 12, 3)
        # Left of the last two is what shows red there.
        left = picture[20, 72]
        votes[file] = "left" if left[0] > left[1] else "right"
    votes["12.png"] = "same"
    (tmp_path / VOTES).write_text(json.dumps(votes))
    found, counts = reveal(tmp_path)
    assert counts == {"red": 11, "same": 1}
    assert found[0] == ("0.png", "red")


def test_votes_are_not_written_over(tmp_path: Path) -> None:
    (tmp_path / VOTES).write_text("{}")
    with pytest.raises(ValueError, match="is there already"):
        write_pairs((flat("a", 1), flat("b", 2)), iter([]), ("a", "b"), tmp_path, seed=1)
