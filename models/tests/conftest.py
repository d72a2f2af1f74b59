"""Drawn pictures, and a small network that stands for the frozen one. No photograph is ever committed."""

import io
import tarfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

torch = pytest.importorskip("torch")
# Pictures are so small that threads would wait for one another more than they work.
torch.set_num_threads(1)

MODELS = Path(__file__).resolve().parent.parent


def draw_scene(seed: int, width: int = 320, height: int = 240) -> np.ndarray:
    """RGB uint8: a sky above, a field below, a disc and a bar, all of colours that the seed draws."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / [[[height]], [[width]]]
    sky, field, disc, bar = random.integers(30, 226, (4, 3))
    picture = np.where((y < random.uniform(0.3, 0.7))[..., None], sky, field).astype(float)
    centre = random.uniform(0.2, 0.8, 2)
    picture[(x - centre[0]) ** 2 + (y - centre[1]) ** 2 < 0.03] = disc
    picture[np.abs(x - random.uniform(0.1, 0.9)) < 0.04] = bar
    picture *= (0.8 + 0.2 * np.sin(x * 40) * np.cos(y * 30))[..., None]
    return picture.clip(0, 255).astype(np.uint8)


def write_tar(path: Path, pictures: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in pictures.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tar of twelve drawn scenes, every third a portrait."""
    sizes = [(240, 320) if i % 3 == 2 else (320, 240) for i in range(12)]
    drawn = {f"scene-{i}.png": png(draw_scene(i, *size)) for i, size in enumerate(sizes)}
    return write_tar(tmp_path_factory.mktemp("scenes") / "scenes.tar", drawn)


@pytest.fixture(scope="session")
def photographs(scenes: Path):
    from training.photographs import load_photographs

    return load_photographs([scenes], workers=1)


@pytest.fixture(scope="session")
def frozen_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ONNX network of random weights: maps at strides 2 to 32 and a mean, some with batch norm and shortcut."""
    random = np.random.default_rng(7)
    nodes, weights, outputs, before, name = [], [], [], 3, "input"

    def weight(key: str, value: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(value.astype(np.float32), key))
        return key

    for depth, channels in enumerate((6, 8, 10, 12, 14)):
        kernel = weight(f"k{depth}", random.normal(0, (9 * before) ** -0.5, (channels, before, 3, 3)))
        nodes.append(helper.make_node("Conv", [name, kernel], [f"c{depth}"], strides=[2, 2], pads=[1, 1, 1, 1]))
        norm = [weight(f"n{depth}{i}", random.uniform(0.5, 1.5, channels)) for i in range(4)]
        nodes.append(helper.make_node("BatchNormalization", [f"c{depth}", *norm], [f"b{depth}"]))
        nodes.append(helper.make_node("Relu", [f"b{depth}"], [f"r{depth}"]))
        nodes.append(helper.make_node("Add", [f"b{depth}", f"r{depth}"], [f"s{2 ** (depth + 1)}"]))
        name, before = f"s{2 ** (depth + 1)}", channels
        outputs.append(name)
    nodes.append(helper.make_node("GlobalAveragePool", [name], ["pool"]))
    values = [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in [*outputs, "pool"]]
    given = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, "H", "W"])
    graph = helper.make_graph(nodes, "frozen", [given], values, weights)
    path = tmp_path_factory.mktemp("frozen") / "frozen.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path
