"""Writes a network as the two ONNX graphs that are packed, and proves that they compute the same.

    python -m ddcolor.export out/weights.pt --out out/graphs [--pack ddcolor-pico]

--out gets encode.onnx and paint.onnx (float32) and encode-fp16.onnx and paint-fp16.onnx (half precision
inside, float32 inputs and outputs): opset 17, free sizes, position tables as inputs. --pack packs the
half-precision graphs into that model folder, which holds about.toml and memory.json.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import Tensor, nn

from ddcolor.architecture import MULTIPLE, DDColor, position_tables
from ddcolor.onnx_network import onnx_network
from ddcolor.weights import network_of
from tools.pack import pack
from training.checkpoint import load

GRAPHS = ("encode", "paint")
TABLES = ("y16", "x16", "y8", "x8", "y4", "x4")
#: Sides to prove equality at: neither is that of the export.
PROOFS = ((64, 64), (128, 192))
#: Most difference in ab: float32, and half-precision weights.
TOLERANCES = {"": 1e-3, "-fp16": 0.5}


class Encode(nn.Module):
    def __init__(self, network: DDColor) -> None:
        super().__init__()
        # Called m: the packer takes weights under that name for those of the network.
        self.m = network

    def forward(self, gray: Tensor, *tables: Tensor) -> tuple[Tensor, Tensor]:
        features, kernel, _ = self.m.encode(gray, tables)
        return features, kernel


class Paint(nn.Module):
    def __init__(self, network: DDColor) -> None:
        super().__init__()
        self.m = network

    def forward(self, features: Tensor, kernel: Tensor, gray: Tensor) -> Tensor:
        return self.m.paint(features, kernel, self.m.normalise(gray))


def export(network: DDColor, folder: Path, has_half: bool = True) -> dict[str, float]:
    """Writes the four graphs to the folder, or only the two in fp32. Returns each precision's most |Δab| against PyTorch.

    Raises ValueError where that is more than rounding explains.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = network.to("cpu", memory_format=torch.contiguous_format).eval()
    side = 4 * MULTIPLE
    gray = torch.rand(1, 1, side, side).expand(-1, 3, -1, -1).contiguous()
    tables = position_tables(side, side, network.config.table_channels)
    picture, cells = {2: "height", 3: "width"}, {2: "height4", 3: "width4"}
    axes = {"gray": picture, "ab": picture, "features": cells, **{name: {0: name} for name in TABLES}}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Wrappers in inference too: the exporter gives a module back in the mode that it found the outermost in.
        encode, paint = Encode(network).eval(), Paint(network).eval()
        features, kernel = encode(gray, *tables)
        _write(encode, (gray, *tables), ["gray", *TABLES], ["features", "kernel"], axes, folder / "encode.onnx")
        _write(paint, (features, kernel, gray), ["features", "kernel", "gray"], ["ab"], axes, folder / "paint.onnx")
    for name in GRAPHS:
        graph = onnx.load(folder / f"{name}.onnx")
        onnx.checker.check_model(graph)
        if has_half:
            onnx.save(convert_float_to_float16(graph, keep_io_types=True), folder / f"{name}-fp16.onnx")
    kinds = TOLERANCES if has_half else ("",)
    return {kind or "-fp32": _prove(network, folder, kind) for kind in kinds}


def _write(module: nn.Module, inputs: tuple, names: list[str], outputs: list[str], axes: dict, path: Path) -> None:
    dynamic = {name: axes[name] for name in (*names, *outputs) if name in axes}
    # The exporter by tracing: its names of nodes are those of modules, which the packer reads.
    torch.onnx.export(
        module, inputs, str(path), input_names=names, output_names=outputs, dynamic_axes=dynamic, opset_version=17,
        dynamo=False,
    )


@torch.no_grad()
def _prove(network: DDColor, folder: Path, kind: str) -> float:
    graphs = onnx_network(*(folder / f"{name}{kind}.onnx" for name in GRAPHS))
    worst = 0.0
    for height, width in PROOFS:
        gray = torch.rand(1, 1, height, width, generator=torch.Generator().manual_seed(height))
        expected = network(gray.expand(-1, 3, -1, -1))[0].numpy()
        worst = max(worst, float(np.abs(graphs(gray[0, 0].numpy()) - expected).max()))
    if not worst <= TOLERANCES[kind]:
        raise ValueError(f"the exported graphs ({kind or 'fp32'}) differ from PyTorch by {worst:.2g} ab")
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a file that training wrote: weights.pt")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pack", type=Path, help="a model folder with about.toml and memory.json")
    arguments = parser.parse_args()
    network = network_of(load(arguments.weights))
    for kind, difference in export(network, arguments.out).items():
        print(f"PyTorch against onnxruntime, {kind[1:]}: most |Δab| {difference:.2e}")
    if arguments.pack:
        print(pack(*(arguments.out / f"{name}-fp16.onnx" for name in GRAPHS), arguments.pack))


if __name__ == "__main__":
    main()
