"""Writes what the unfolded network gives on a drawn picture, to hold the shipped graphs against.

    python fold_reference.py --model ../ddcolor-pico --prototype ddcolor_proto.py --out ../../test/fixtures/fold

The shipped weights (int8 and fp16, restored) are put into the PyTorch module of the architecture and
the tail is computed as published: the feature map and every query map at full size. The prototype
file is the architecture's module (class DDColor), given from outside.
"""

import argparse
import importlib.util
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn

from materialise import materialise, read_stream, read_tensor
from measure import Colouring

QUERIES, DECODER_CHANNELS, ENCODER = 100, 192, "pico"
# side of the picture, type of the file's numbers
WANTED = ((64, "f32"), (256, "f16"))


def drawn_picture(side):
    """gray8 [side, side]: sky, sun, hill, house and stripes, in whole numbers only. See README.md."""
    y, x = np.mgrid[0:side, 0:side].astype(np.int64) * 256 // side
    gray = 220 - y // 3 + (x * 5 + y * 3) % 11
    gray = np.where((x - 196) ** 2 + (y - 48) ** 2 < 784, 250, gray)
    hill = y * 2 > 300 - (x * (255 - x)) // 150
    gray = np.where(hill, 96 + (x * 7 ^ y * 13) % 23 - y // 16, gray)
    house = (x >= 40) & (x < 112) & (y >= 112) & (y < 208)
    gray = np.where(house, 150 + (x // 8 + y // 8) % 2 * 24, gray)
    gray = np.where((x - 168) ** 2 + (y - 176) ** 2 * 2 < 1800, 60 + (x + y) // 4 % 4 * 20, gray)
    gray = np.where(y >= 232, 40 + x // 16 % 2 * 150, gray)
    return np.clip(gray, 0, 255).astype(np.uint8)


def shipped_weights(folder):
    """Every float of the shipped fp32 graphs by name, both those outside and those inside the graph."""
    stream = read_stream(folder)
    entries = json.loads((folder / "tensors.json").read_text())
    weights = {e["name"]: read_tensor(e, stream) for e in entries}
    inner = {}
    for node in (paint := onnx.load(folder / "paint.onnx", load_external_data=False).graph).node:
        if node.op_type == "Conv" and node.input[0] not in ("features",):
            constants = {t.name: t for t in paint.initializer}
            inner["mix.gray.weight"], inner["mix.bias"] = (numpy_helper.to_array(constants[n]) for n in node.input[1:])
    return weights | inner


def as_module_state(weights):
    """Renames and reshapes the graphs' weights to the module's own."""
    state = {}
    for name, value in weights.items():
        if name.startswith("level.") or name.startswith("last.conv.") or name.startswith("mix."):
            continue
        is_linear = name.endswith(".weight") and value.ndim == 2
        state[name] = value.T if is_linear else value
    state["query"], state["qpos"] = weights["query"][0], weights["qpos"][0]
    state["level"] = np.stack([weights[f"level.{i}"] for i in range(3)])
    for part in ("weight", "bias"):
        branches = [weights[f"last.conv.{part}.{i}"] for i in range(16)]
        state[f"last.conv.{part}"] = np.stack(branches, 1).reshape(-1, *branches[0].shape[1:])
    queries, gray = weights["mix.query.weight"], weights["mix.gray.weight"]
    state["mix.weight"] = np.concatenate([queries[:, :, None, None], gray], 1)
    state["mix.bias"] = weights["mix.bias"]
    return {name: torch.from_numpy(np.array(value)) for name, value in state.items()}


def load_module(prototype, weights):
    """The architecture's module in eval mode, holding exactly the shipped weights."""
    spec = importlib.util.spec_from_file_location("architecture", prototype)
    architecture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(architecture)
    network = architecture.DDColor(ENCODER, nf=DECODER_CHANNELS, queries=QUERIES)
    for fuse in (network.f0, network.f1, network.f2):
        # The export folded this norm into its convolution, which has a bias in its place.
        old = fuse.up.conv
        fuse.up.conv, fuse.up.bn = nn.Conv2d(old.in_channels, old.out_channels, 1), nn.Identity()
    missing, unknown = network.load_state_dict(as_module_state(weights), strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked") and name not in ("mean", "std")]
    if missing or unknown:
        raise ValueError(f"weights do not match: missing {missing}, unknown {unknown}")
    return network.eval()


def published_forward(network, picture):
    """ab [2, H, W] as published: features and query maps at full size, then a 1×1 convolution."""
    embeddings = []
    hook = network.embed.register_forward_hook(lambda _module, _inputs, output: embeddings.append(output))
    features, _kernel, normalised = network.encode(picture)
    hook.remove()
    full = F.pixel_shuffle(torch.relu(network.last.conv(features)), 4)
    full = F.avg_pool2d(F.pad(full, (1, 0, 1, 0), mode="replicate"), 2, 1)
    queries = torch.einsum("bqc,bchw->bqhw", embeddings[0], full)
    return network.mix(torch.cat([queries, normalised], 1))[0] * 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--prototype", type=Path, required=True, help="Python file with class DDColor")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    network = load_module(arguments.prototype, shipped_weights(arguments.model))
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        graphs = [materialise(arguments.model, name, "fp32", Path(scratch)) for name in ("encode", "paint")]
        shipped = Colouring(*graphs)
        for side, kind in WANTED:
            gray = drawn_picture(side).astype(np.float32) / 255
            with torch.no_grad():
                ab = published_forward(network, torch.from_numpy(gray)[None, None].repeat(1, 3, 1, 1)).numpy()
            stored = ab.astype("<f4" if kind == "f32" else "<f2")
            (arguments.out / f"ab-{side}.{kind}").write_bytes(stored.tobytes())
            difference = np.abs(shipped.run(gray) - ab).max()
            rounding = np.abs(stored.astype(np.float32) - ab).max()
            print(f"{side}: ab {ab.min():.2f}…{ab.max():.2f}, fold differs by {difference:.2e}, rounding {rounding:.2e}")


if __name__ == "__main__":
    main()
