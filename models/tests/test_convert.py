"""Published checkpoints become our graphs and give the same colours; files that are none are refused."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
safetensors_torch = pytest.importorskip("safetensors.torch")

from ddcolor.architecture import DDColor  # noqa: E402
from ddcolor.colouring import open_colouring  # noqa: E402
from ddcolor.convert import config_of_published, convert, network_of_published  # noqa: E402
from ddcolor.export import GRAPHS, export  # noqa: E402
from ddcolor.onnx_network import onnx_network  # noqa: E402
from ddcolor.published import (  # noqa: E402
    LARGE,
    TINY,
    PublishedConfig,
    PublishedDDColor,
    drawn_gray,
    random_published,
)
from ddcolor.read_published import CheckpointError, read_published, unknown_names  # noqa: E402
from tools.pack import Stream, encode_tensor  # noqa: E402

SMALL = PublishedConfig((1, 1, 2, 1), (32, 36, 40, 48), width=64, queries=20, layers=3, feedforward=64)
# As deep as the large one, and a sixth as wide.
DEEP = PublishedConfig(LARGE.depths, tuple(channels // 6 for channels in LARGE.dims), width=88, feedforward=256)

RUNS_LARGE = os.environ.get("DDCOLOR_LARGE") == "1"
large = pytest.mark.skipif(not RUNS_LARGE, reason="takes 6 GB and a minute; DDCOLOR_LARGE=1 runs it")


def save(network: PublishedDDColor, path: Path) -> Path:
    torch.save({"params": network.state_dict()}, path)
    return path


@pytest.fixture(scope="module")
def small() -> PublishedDDColor:
    return random_published(SMALL, seed=11)


@pytest.fixture(scope="module")
def checkpoint(small, tmp_path_factory) -> Path:
    return save(small, tmp_path_factory.mktemp("published") / "ddcolor_modelscope.pth")


@torch.no_grad()
@pytest.mark.parametrize(
    "config", [pytest.param(TINY, id="tiny"), pytest.param(DEEP, id="deep"), pytest.param(LARGE, id="large", marks=large)]
)
def test_converted_gives_the_published_colours(config, tmp_path, capsys):
    published = random_published(config, seed=5)
    path = save(published, tmp_path / "published.pth")
    read, state = read_published(path)
    path.unlink()
    assert read == config
    assert unknown_names(read, state) == []
    network = network_of_published(read, state)
    del state
    export(network, tmp_path, has_half=False)
    graphs = onnx_network(*(tmp_path / f"{name}.onnx" for name in GRAPHS))
    for height, width in ((64, 64), (96, 64)):
        gray = drawn_gray(height, width, seed=3)
        expected = published(gray)[0].numpy()
        in_torch = np.abs(network(gray)[0].numpy() - expected).max()
        in_onnx = np.abs(graphs(gray[0, 0].numpy()) - expected).max()
        with capsys.disabled():
            print(
                f"\n{config.depths} {height}×{width}: ab {expected.min():.0f}…{expected.max():.0f}, "
                f"most |Δab| PyTorch {in_torch:.1e}, onnxruntime {in_onnx:.1e}"
            )
        assert expected.std() > 10
        assert in_torch <= 1e-3
        assert in_onnx <= 1e-3


def names_of(config: PublishedConfig) -> set[str]:
    """The names that the app's kernels ask for (src/pipelines/colorize/ddcolor-shapes.ts)."""
    network = DDColor(config_of_published(config))
    names = {name for name in network.state_dict() if not name.endswith("num_batches_tracked")}
    for i in range(3):
        # Folded into the convolution before it.
        names -= {f"f{i}.up.bn.{part}" for part in ("weight", "bias", "running_mean", "running_var")}
        names |= {f"f{i}.up.conv.bias", f"level.{i}"}
    names -= {"level", "last.conv.weight", "last.conv.bias", "mix.weight", "mix.bias"}
    names |= {f"last.conv.{part}.{sub}" for part in ("weight", "bias") for sub in range(16)}
    return names | {"mix.query.weight"}


@torch.no_grad()
@pytest.mark.parametrize(("encoding", "most", "mean"), [("int8", 8, 0.8), ("fp16", 0.3, 0.03)])
def test_folder_runs_as_the_app_runs_it(small, checkpoint, tmp_path, encoding, most, mean):
    folder = tmp_path / "model"
    convert(checkpoint, folder, encoding, identity=None, name="Mine", keeps_words=False)
    card = json.loads((folder / "card.json").read_text())
    assert card["id"] == "ddcolor-modelscope"
    assert card["name"] == "Mine"
    assert card["network"]["chromaScale"] == 1
    assert "memory" not in card
    assert "Apache-2.0" in card["licence"]
    assert "ImageNet, cleaned" in card["trainingData"]
    assert "https://github.com/piddnad/DDColor" in card["source"]
    table = json.loads((folder / "tensors.json").read_text())
    names = {entry["name"] for entry in table}
    assert names == names_of(SMALL)
    encodings = {entry["encoding"] for entry in table}
    assert encodings == ({"int8-per-channel", "fp16"} if encoding == "int8" else {"fp16"})
    for height, width in ((64, 64), (96, 64)):
        gray = drawn_gray(height, width, seed=4)
        found = open_colouring(str(folder)).network(gray[0, 0].numpy())
        difference = np.abs(found - small(gray)[0].numpy())
        print(f"{encoding} {height}×{width}: |Δab| at most {difference.max():.2f}, mean {difference.mean():.3f}")
        assert difference.max() < most
        assert difference.mean() < mean
    about = folder / "about.toml"
    about.write_text(about.read_text().replace('"Mine"', '"Yours"'))
    convert(checkpoint, folder, encoding, identity=None, name=None, keeps_words=True)
    assert json.loads((folder / "card.json").read_text())["name"] == "Yours"


@torch.no_grad()
def test_every_form_of_a_checkpoint_is_read(small, tmp_path):
    state = small.state_dict()
    gray = drawn_gray(64, 64, seed=2)
    raw, tensors, folded = tmp_path / "pytorch_model.bin", tmp_path / "model.safetensors", tmp_path / "folded.pth"
    torch.save(state, raw)
    safetensors_torch.save_file({name: value.contiguous() for name, value in state.items()}, tensors)
    without = {name: value for name, value in state.items() if not name.endswith(("_orig", "_u", "_v", "tracked"))}
    for name, module in small.named_modules():
        if hasattr(module, "weight_orig"):
            without[f"{name}.weight"] = module.weight.clone()
    torch.save({"params_ema": without, "epoch": 3}, folded)
    for path in (raw, tensors, folded):
        ab = network_of_published(*read_published(path))(gray)
        assert (ab - small(gray)).abs().max() < 1e-3, path.name


@torch.no_grad()
def test_names_that_no_ddcolor_has_are_told_and_left_out(small, tmp_path):
    path = tmp_path / "more.pth"
    torch.save({"params": small.state_dict() | {"encoder.arch.head_cls.weight": torch.ones(4, 48)}}, path)
    config, state = read_published(path)
    assert unknown_names(config, state) == ["encoder.arch.head_cls.weight"]
    network_of_published(config, state)


def broken(change):
    """A state with one thing wrong."""

    def made(state):
        state = dict(state)
        change(state)
        return state

    return made


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("decoder.layers.1.bn.running_var"), "decoder.layers.1.bn.running_var"),
        (lambda s: s.pop("encoder.arch.norm0.weight"), "not of a DDColor"),
        (lambda s: s.pop("decoder.color_decoder.query_feat.weight"), "single colour decoder"),
        (lambda s: s.update({"refine_net.0.0.weight_orig": torch.ones(3, 23, 1, 1)}), "3×23×1×1 and not 2×23×1×1"),
        (lambda s: s.update({"encoder.arch.norm1.weight": torch.ones(22)}), "22 channels"),
        (lambda s: s.update({"decoder.color_decoder.query_feat.weight": torch.ones(20, 128)}), "128 channels and not 256"),
        (lambda s: s.update({"refine_net.0.0.bias": torch.tensor([1.0, float("nan")])}), "no numbers"),
        (lambda s: s.update({"decoder.layers.0.bn.running_var": torch.full((40,), -1.0)}), "variance is negative"),
        (lambda s: s.update({"refine_net.0.0.weight_u": torch.zeros(2)}), "spectral norm is zero"),
        (lambda s: s.update({"mean": torch.full((1, 3, 1, 1), 0.5)}), "another mean"),
    ],
)
def test_other_networks_are_refused_by_what_is_wrong(small, tmp_path, change, message):
    path = tmp_path / "other.pth"
    torch.save(broken(change)(small.state_dict()), path)
    with pytest.raises(CheckpointError, match=message):
        network_of_published(*read_published(path))


class Code:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_code_in_a_file_is_never_run(small, tmp_path):
    ran = tmp_path / "ran"
    for name, write in (("zip.pth", torch.save), ("plain.pth", lambda value, path: path.write_bytes(pickle.dumps(value, protocol=2)))):
        path = tmp_path / name
        write({"params": {"encoder.arch.norm0.weight": Code(ran)}}, path)
        with pytest.raises(CheckpointError, match="more than weights"):
            read_published(path)
    whole = tmp_path / "whole.pth"
    torch.save(small, whole)
    with pytest.raises(CheckpointError, match="more than weights"):
        read_published(whole)
    assert not ran.exists()


def test_damaged_files_are_refused_and_nothing_is_written(checkpoint, small, tmp_path):
    data = checkpoint.read_bytes()
    tensors = tmp_path / "cut.safetensors"
    safetensors_torch.save_file({name: value.contiguous() for name, value in small.state_dict().items()}, tensors)
    tensors.write_bytes(tensors.read_bytes()[:-1000])
    files = {
        "cut.pth": data[: len(data) // 2],
        "short.pth": data[:3],
        "empty.pth": b"",
        "text.pth": b"404: Not Found",
        "picture.bin": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "text.safetensors": b"<!doctype html>",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name in (*files, tensors.name, "absent.pth"):
        folder = tmp_path / "model"
        with pytest.raises(CheckpointError) as caught:
            convert(tmp_path / name, folder, "int8", identity=None, name=None, keeps_words=False)
        assert name in str(caught.value)
        assert not folder.exists(), name


def test_values_beyond_half_precision_are_refused():
    with pytest.raises(ValueError, match=r"f0\.bn\.running_var has values that half precision cannot hold"):
        encode_tensor(Stream(), "f0.bn.running_var", "encode", np.full(32, 7e4, np.float32), axis=None)
