"""Every form of a model opens and colours."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("skimage")

from ddcolor.architecture import DDColor
from ddcolor.colouring import open_colouring
from ddcolor.config import DDColorConfig
from ddcolor.evaluate import evaluate
from ddcolor.weights import weights_of
from pictures.contact_sheet import ContactSheet
from pictures.files import photographs
from training.checkpoint import save

PICO = Path(__file__).parents[1] / "ddcolor-pico"
GRAY = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (48, 1))


def test_a_checkpoint_colours_as_its_network_does(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = DDColor(DDColorConfig((1, 1, 1, 1), (8, 16, 24, 32), 16, queries=5, hidden=32, feedforward=16, layers=3))
    save(tmp_path / "tiny.pt", weights_of(network))
    colouring = open_colouring(str(tmp_path / "tiny.pt"), gain=1.5)
    assert (colouring.name, colouring.gain) == ("tiny", 1.5)
    seen = np.full((32, 64), 0.4, np.float32)
    with torch.no_grad():
        # The checkpoint keeps half precision.
        expected = network.half().float().eval()(torch.full((1, 3, 32, 64), 0.4))[0].numpy()
    assert colouring.network(seen) == pytest.approx(expected, abs=1e-4)
    assert colouring.picture(GRAY, size=32).shape == (48, 64, 3)


def test_the_shipped_model_colours_with_its_cards_gain_and_strength() -> None:
    colouring = open_colouring(str(PICO))
    card = json.loads((PICO / "card.json").read_text())
    assert (colouring.name, colouring.gain) == ("ddcolor-pico", card["output"]["chromaGain"])
    assert colouring.gain != 1
    plain = colouring.picture(GRAY, size=64, strength=0)
    assert (plain == GRAY[..., None]).all()
    assert not (colouring.picture(GRAY, size=64) == GRAY[..., None]).all()


def test_what_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no packed model folder"):
        open_colouring(str(tmp_path / "nothing"))


def test_photographs_of_a_folder_are_evaluated_by_name(tmp_path: Path) -> None:
    for name in ("b.png", "a10.png", "a2.png"):
        colours = np.zeros((40, 60, 3), np.uint8)
        colours[:20], colours[20:] = (200, 40, 30), (20, 90, 160)
        Image.fromarray(colours).save(tmp_path / name)
    Image.fromarray(np.full((40, 60), 99, np.uint8)).save(tmp_path / "gray.png")
    (tmp_path / "letter.txt").write_text("no picture")
    sheet = ContactSheet()
    rows = evaluate(open_colouring(str(PICO)), photographs(tmp_path, square=32), size=32, sheet=sheet)
    assert [row["file"] for row in rows] == ["a10.png", "a2.png", "b.png", "gray.png"]
    assert [row["measures"] is None for row in rows] == [False, False, False, True]
    assert rows[3]["grayMeasures"]["colourfulness"] >= 0
    assert [name for name, _ in photographs(tmp_path, limit=2)] == ["a10.png", "b.png"]
    sheet.write(tmp_path / "sheet.webp")
    assert Image.open(tmp_path / "sheet.webp").width == 1800


def test_a_strip_of_a_contact_sheet_is_made_smaller_before_its_end_is_cut_off(tmp_path: Path) -> None:
    sheet = ContactSheet()
    sheet.add("seven", [np.full((280, 280, 3), 40, np.uint8)] * 6 + [np.full((280, 280, 3), (0, 200, 0), np.uint8)])
    sheet.write(tmp_path / "sheet.png")
    green = (np.asarray(Image.open(tmp_path / "sheet.png")) == (0, 200, 0)).all(-1)
    assert green.any(0).sum() == green.any(1).sum() == 200
