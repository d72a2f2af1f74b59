"""A network as graphs and as a packed folder: the same colours."""

import json
import shutil

import pytest
import torch
from conftest import MODELS

pytest.importorskip("onnxruntime")

from test_architecture import network  # noqa: E402

from ddcolor.export import GRAPHS, export  # noqa: E402
from ddcolor.warm_start import network_of_folder, network_of_graphs  # noqa: E402
from ddcolor.weights import network_of, weights_of  # noqa: E402
from tools.pack import pack  # noqa: E402
from training import checkpoint  # noqa: E402


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graphs")
    return folder, export(network(), folder)


def test_graphs_compute_what_pytorch_does_at_other_sizes(exported):
    _, differences = exported
    assert differences["-fp32"] < 1e-3 and differences["-fp16"] < 0.5


@torch.no_grad()
def test_graphs_become_the_network_again(exported):
    folder, _ = exported
    gray = torch.rand(1, 1, 64, 96).expand(-1, 3, -1, -1)
    again = network_of_graphs(folder / "encode-fp16.onnx", folder / "paint-fp16.onnx").eval()
    assert again.config == network().config
    assert (again(gray) - network()(gray)).abs().max() < 0.5


@torch.no_grad()
def test_packed_graphs_have_the_modules_names_and_nearly_the_same_colours(exported, tmp_path):
    folder, _ = exported
    for name in ("about.toml", "memory.json"):
        shutil.copy(MODELS / "ddcolor-pico" / name, tmp_path / name)
    pack(*(folder / f"{name}-fp16.onnx" for name in GRAPHS), tmp_path)
    packed = {entry["name"] for entry in json.loads((tmp_path / "tensors.json").read_text())}
    shipped = {entry["name"] for entry in json.loads((MODELS / "ddcolor-pico/tensors.json").read_text())}
    # Blocks and layers that the probe has fewer of, apart.
    assert packed < shipped
    assert {name for name in shipped - packed if not name.startswith(("enc.stages", "layers.", "mix.query"))} == set()
    gray = torch.rand(1, 1, 64, 64).expand(-1, 3, -1, -1)
    assert (network_of_folder(tmp_path).eval()(gray) - network()(gray)).abs().mean() < 0.5


@torch.no_grad()
def test_weights_survive_the_file_and_its_parts(tmp_path):
    path = tmp_path / "weights.pt"
    checkpoint.save(path, weights_of(network()))
    parts = checkpoint.split(path, tmp_path / "parts", part_bytes=40_000)
    assert len(parts) > 3 and max(p.stat().st_size for p in parts) <= 40_000
    checkpoint.join(tmp_path / "parts", tmp_path / "joined.pt")
    assert (tmp_path / "joined.pt").read_bytes() == path.read_bytes()
    gray = torch.rand(1, 1, 64, 64).expand(-1, 3, -1, -1)
    again = network_of(checkpoint.load(path)).eval()
    assert (again(gray) - network()(gray)).abs().max() < 0.5
    parts[0].write_bytes(b"damaged")
    with pytest.raises(ValueError, match="missing or damaged"):
        checkpoint.join(tmp_path / "parts", tmp_path / "joined.pt")
