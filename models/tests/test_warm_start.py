"""Weights that were exported or packed before, as networks again: the very same function."""

import numpy as np
import pytest
import torch
from conftest import MODELS

from ddcolor.warm_start import network_of_folder, network_of_weights, settle_norms

pytest.importorskip("onnxruntime")
from ddcolor.onnx_network import onnx_network  # noqa: E402
from tools.materialise import materialise  # noqa: E402

SHIPPED = MODELS / "ddcolor-pico"


@pytest.fixture(scope="module")
def shipped():
    return network_of_folder(SHIPPED).eval()


@torch.no_grad()
def test_the_shipped_folder_is_what_its_graphs_compute(shipped, tmp_path):
    graphs = onnx_network(*(materialise(SHIPPED, name, tmp_path) for name in ("encode", "paint")))
    for height, width in ((64, 64), (96, 160)):
        gray = torch.rand(1, 1, height, width)
        ab = shipped(gray.expand(-1, 3, -1, -1))[0].numpy()
        assert ab.std() > 1
        assert np.abs(ab - graphs(gray[0, 0].numpy())).max() < 1e-3


@torch.no_grad()
def test_norms_put_back_change_nothing_and_know_their_statistics(shipped):
    gray = torch.rand(4, 1, 64, 64).expand(-1, 3, -1, -1)
    before = shipped(gray)
    settle_norms(shipped, [gray])
    assert (shipped(gray) - before).abs().max() < 1e-3
    norm, found = shipped.f0.up.bn, []
    hook = norm.register_forward_hook(lambda _module, inputs, _output: found.append(inputs[0]))
    shipped(gray)
    hook.remove()
    assert torch.allclose(found[0].mean((0, 2, 3)), norm.running_mean, atol=1e-4)
    # So in training, where the batch's own statistics are used, that norm begins as it was.
    assert (norm.train()(found[0]) - norm.eval()(found[0])).abs().max() < 1e-2


def test_other_weights_are_refused():
    with pytest.raises(ValueError, match="not the weights of a DDColor"):
        network_of_weights({"layer.weight": np.zeros(3)}, 20.0)
