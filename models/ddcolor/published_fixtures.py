"""Writes test/fixtures/published: a small DDColor as public exporters write the published network, in one graph.

    python -m ddcolor.published_fixtures --out ../test/fixtures/published

The weights are random (`random_published`), so that nobody's are in the repository. Needs, besides the requirements
of training, onnxsim 0.4.36, onnxconverter-common 1.16.0 and onnxscript 0.7.2. The README there says what is what.
"""

import argparse
import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import onnxsim
import torch
from onnxconverter_common.float16 import convert_float_to_float16
from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference

from ddcolor.published import PublishedConfig, PublishedDDColor, drawn_gray, random_published

# All that the kernels ask of sizes: heads of 32 channels, channels in fours. Three layers see each scale once.
SMALL = PublishedConfig((1, 1, 2, 1), (16, 24, 32, 48), width=32, queries=12, layers=3, feedforward=64)
SIDE = 64
# Half precision rounds each value to 11 bits; the others differ only by the order of sums.
TOLERANCE = {"opset17-fp16": 2.0}
EXACT = 1e-3


def exported(network: PublishedDDColor, opset: int, dynamo: bool = False, free_batch: bool = False) -> onnx.ModelProto:
    """What PyTorch's exporter writes; by the old one (torch.jit.trace) unless `dynamo`."""
    axes = {"input": {0: "batch"}, "output": {0: "batch"}} if free_batch else None
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        torch.onnx.export(
            network, (drawn_gray(SIDE, SIDE, 1),), path, opset_version=opset, input_names=["input"],
            output_names=["output"], dynamic_axes=axes, dynamo=dynamo, external_data=False, verbose=False,
        )
        model = onnx.load(path)
    for node in model.graph.node:
        # The newer exporter notes each node's line of source, with the path of this machine.
        del node.metadata_props[:]
    return model


def simplified(model: onnx.ModelProto) -> onnx.ModelProto:
    """As the published `scripts/export_onnx.py` goes on after the export."""
    model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    model = SymbolicShapeInference.infer_shapes(model, auto_merge=True, guess_output_rank=True)
    model, is_same = onnxsim.simplify(model)
    if not is_same:
        raise ValueError("onnxsim changed what the graph computes")
    return model


def flavours(network: PublishedDDColor) -> Iterator[tuple[str, onnx.ModelProto]]:
    plain = exported(network, 17)
    yield "opset17", plain
    lean = simplified(plain)
    yield "opset17-simplified", lean
    yield "opset17-fp16", convert_float_to_float16(lean, keep_io_types=True)
    yield "opset12-simplified", simplified(exported(network, 12))
    yield "opset17-batch", exported(network, 17, free_batch=True)
    yield "opset18-dynamo", exported(network, 18, dynamo=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    network = random_published(SMALL, seed=7, density=1 / 64)
    gray = drawn_gray(SIDE, SIDE, 1)
    with torch.no_grad():
        ab = network(gray).numpy()
    (out / "gray-64.f32").write_bytes(gray[0, 0].numpy().astype("<f4").tobytes())
    (out / "ab-64.f32").write_bytes(ab.astype("<f4").tobytes())
    print(f"ab {ab.min():.1f}…{ab.max():.1f}, standard deviation {ab.std():.1f}")
    for name, model in flavours(network):
        data = model.SerializeToString()
        packed = gzip.compress(data, 9, mtime=0)
        (out / f"{name}.onnx.gz").write_bytes(packed)
        found = onnxruntime.InferenceSession(data).run(None, {"input": gray.numpy()})[0]
        difference = float(np.abs(found - ab).max())
        print(f"{name}: {len(data)} bytes, {len(packed)} packed, {len(model.graph.node)} nodes, differs by {difference:.1e}")
        if not difference <= TOLERANCE.get(name, EXACT):
            raise ValueError(f"{name} does not compute the published network")


if __name__ == "__main__":
    main()
