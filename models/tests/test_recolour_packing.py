"""A head as a model folder: every weight, graphs that compute, the encoder that it belongs to, and its gain."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")

from recolour.architecture import time_code  # noqa: E402
from recolour.candidates import Settings, candidates  # noqa: E402
from recolour.export import LEVELS, OFFERS, example, export  # noqa: E402
from recolour.fixtures import ABOUT, NOBODY, random_head  # noqa: E402
from recolour.packing import encoder_of, packed  # noqa: E402
from recolour.seen import Seen  # noqa: E402
from tools.materialise import materialise  # noqa: E402


def test_a_packed_head_has_every_weight_and_its_graphs_draw_what_pytorch_does(tmp_path):
    head = random_head()
    export(head, tmp_path)
    folder = tmp_path / "packed"
    packed(head, tmp_path, folder, ABOUT, NOBODY)
    entries = {entry["name"]: entry for entry in json.loads((folder / "tensors.json").read_text())}
    assert len(entries) == len(list(head.parameters()))
    assert {entry["graph"] for entry in entries.values()} == {"condition", "velocity"}
    # A linear layer over one row keeps its weights turned round, and has a scale for each of its channels all the same.
    assert (entries["velocity.embed.0.weight"]["encoding"], entries["velocity.embed.0.weight"]["axis"]) == ("int8-per-channel", 0)
    condition, velocity = (
        onnxruntime.InferenceSession(str(materialise(folder, name, tmp_path / "out")), providers=["CPUExecutionProvider"])
        for name in ("condition", "velocity")
    )
    offers, time = example(head, 16, 24), torch.tensor([0.37])
    noisy = torch.randn(1, 2, 16, 24, generator=torch.Generator().manual_seed(2))
    levels = condition.run(LEVELS, {name: value.numpy() for name, value in zip(OFFERS, offers)})
    code = time_code(time, head.config.embedding).numpy()
    (found,) = velocity.run(None, {"noisy": noisy.numpy(), "code": code, **dict(zip(LEVELS, levels))})
    with torch.no_grad():
        expected = head.velocity(noisy, time, head.condition(*offers)).numpy()
    # Random weights are the worst for int8: nothing in them cancels what rounding adds.
    assert np.abs(found - expected).mean() < 0.02 * np.abs(expected).mean()


def test_an_encoder_is_named_by_its_shards_and_only_a_colouriser_will_do(tmp_path):
    card = {"id": "pico", "task": "colorize", "weights": {"shards": [{"sha256": "aa"}, {"sha256": "bb"}]}}
    (tmp_path / "card.json").write_text(json.dumps(card))
    assert encoder_of(tmp_path) == {"id": "pico", "shards": ["aa", "bb"]}
    (tmp_path / "card.json").write_text(json.dumps(card | {"task": "repair"}))
    with pytest.raises(ValueError, match="no colouring model"):
        encoder_of(tmp_path)


def test_a_gain_multiplies_what_is_drawn_and_leaves_hints_as_they_were_given():
    head, seen = random_head(), Seen(torch.zeros(1, 8, 16, 16), torch.zeros(1, 2, 16, 16), torch.full((1, 1, 16, 16), 0.5))
    plain, vivid = (candidates(head, seen, Settings(steps=1, gain=gain), 1) for gain in (1.0, 1.5))
    assert torch.allclose(1.5 * plain, vivid, atol=1e-4)
    hints = torch.ones(1, 3, 16, 16)
    asked = candidates(head, seen, Settings(steps=1), 1, torch.cat([hints[:, :2] / 1.5, hints[:, 2:]], 1))
    assert torch.allclose(candidates(head, seen, Settings(steps=1, gain=1.5), 1, hints), 1.5 * asked, atol=1e-4)
