"""Writes the two networks as ONNX graphs, proves that they compute the same, and packs them.

    python -m repair.export weights.pt --out RUN/graphs [--pack FOLDER [--about about.toml] [--measured repair.json]]

--out gets detect.onnx and restore.onnx (float32) and detect-fp16.onnx and restore-fp16.onnx (half precision
inside, float32 inputs and outputs): opset 17, free height and width. --pack makes a model folder of the
half-precision ones, as ../README.md describes it: the words of its card come from FOLDER/about.toml or from
--about, its metrics from what `repair.evaluate --json` wrote. A line in catalogue.json makes it the app's.
"""

import argparse
import dataclasses
import json
import tomllib
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import Tensor, nn

from repair.architecture import TIME_CODE, Repair, time_code
from repair.weights import network_of
from tools.pack import Stream, json_bytes, pack_graph, pack_rest, write, write_shards
from training.checkpoint import load

GRAPHS = {"detect": ["gray"], "restore": ["noisy", "gray", "mask", "base", "time"]}
OUTPUTS = {"detect": "logits", "restore": "clean"}
PARTS = {"detect": "detector", "restore": "restorer"}
#: Sides to prove equality at, in multiples of the network's: none is that of the export.
PROOFS = ((4, 4), (6, 9))
#: Most difference: float32, and half precision.
TOLERANCES = {"": 1e-3, "-fp16": 0.05}


class Graph(nn.Module):
    """One of the two networks, its weights named as those of both together."""

    def __init__(self, network: Repair, name: str) -> None:
        super().__init__()
        # Called m: the packer takes weights under that name for those of the network.
        self.m = nn.Module()
        self.part = PARTS[name]
        self.m.add_module(self.part, getattr(network, self.part))

    def forward(self, *inputs: Tensor) -> Tensor:
        return getattr(self.m, self.part)(*inputs)


def example(name: str, height: int, width: int) -> tuple[Tensor, ...]:
    """Inputs of a graph: random pictures, a random mask, one level."""
    noisy, gray, base = torch.rand(3, 1, 1, height, width) * 2 - 1
    if name == "detect":
        return (gray,)
    return noisy, gray, (torch.rand(1, 1, height, width) < 0.2).float(), base, time_code(torch.tensor([0.7]))


def export(network: Repair, folder: Path) -> dict[str, float]:
    """Writes the four graphs. Returns each one's most difference from PyTorch; raises ValueError where it is too much."""
    folder.mkdir(parents=True, exist_ok=True)
    network = network.to("cpu", memory_format=torch.contiguous_format).eval()
    found = {}
    for name, names in GRAPHS.items():
        side = 5 * network.config.multiple
        axes = {key: {2: "height", 3: "width"} for key in [*names, OUTPUTS[name]] if key != "time"}
        path = folder / f"{name}.onnx"
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The exporter by tracing: its names of nodes are those of modules, which the packer reads.
            torch.onnx.export(
                Graph(network, name).eval(), example(name, side, side), str(path), input_names=names,
                output_names=[OUTPUTS[name]], dynamic_axes=axes, opset_version=17, dynamo=False,
            )  # fmt: skip
        graph = onnx.load(path)
        onnx.checker.check_model(graph)
        onnx.save(convert_float_to_float16(graph, keep_io_types=True), folder / f"{name}-fp16.onnx")
        for kind, most in TOLERANCES.items():
            written = folder / f"{name}{kind}.onnx"
            found[written.stem] = _proved(getattr(network, PARTS[name]), name, written, network.config.multiple, most)
    return found


@torch.no_grad()
def _proved(part: nn.Module, name: str, path: Path, multiple: int, most: float) -> float:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for height, width in PROOFS:
        inputs = example(name, height * multiple, width * multiple)
        (made,) = session.run(None, {key: value.numpy() for key, value in zip(GRAPHS[name], inputs)})
        wanted = part(*inputs).numpy()
        # Logits grow with confidence: their difference is taken as a share of the largest.
        worst = max(worst, float(np.abs(made - wanted).max() / max(1.0, np.abs(wanted).max())))
    if worst > most:
        raise ValueError(f"{path} differs from the network by {worst:.2g}")
    return worst


def packed(network: Repair, graphs: Path, folder: Path, about: dict, encoding: str = "int8") -> str:
    """Makes a model folder of the half-precision graphs; what was written, in words. about: its about.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    stream, entries, files = Stream(), [], {}
    for name in GRAPHS:
        model, more = pack_graph(onnx.load(graphs / f"{name}-fp16.onnx"), name, stream, encoding)
        files[name] = write(folder, f"{name}.onnx", model.SerializeToString(deterministic=True))
        part = PARTS[name]
        rest = {key: value.numpy() for key, value in network.state_dict().items() if key.startswith(f"{part}.")}
        # A matrix of the graph is turned round, and under its name already.
        entries += more + pack_rest(more, name, stream, rest)
    parameters = sum(int(np.prod(entry["shape"])) for entry in entries)
    assert parameters == sum(parameter.numel() for parameter in network.parameters()), "a weight is missing"
    card = {"schema": 1} | about["card"]
    card |= {
        "parameters": parameters,
        "network": dataclasses.asdict(network.config) | {"timeCode": TIME_CODE, "multiple": network.config.multiple},
        "onnx": files,
        "weights": {
            "tensors": write(folder, "tensors.json", json_bytes(entries)),
            "bytes": len(stream.data),
            "shards": write_shards(folder, stream.data),
        },
        **{name: about[name] for name in ("detection", "sampling")},
        "metrics": about.get("metrics", {}),
    }
    write(folder, "card.json", json_bytes(card))
    return f"{parameters} parameters in {len(entries)} tensors, shards {len(stream.data)} bytes"


def about_of(path: Path, measured: Path | None) -> dict:
    """The words of a card, with the means that `evaluate` wrote. Raises OSError or ValueError where a file is not as it should be."""
    about = tomllib.loads(path.read_text())
    for name in ("card", "detection", "sampling"):
        if name not in about:
            raise ValueError(f"{path} has no table {name}")
    if measured:
        about["metrics"] = about.get("metrics", {}) | {"holdout": json.loads(measured.read_text())["mean"]}
    return about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a weights.pt of training")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pack", type=Path, help="model folder to write")
    parser.add_argument("--about", type=Path, help="words of its card; absent, about.toml of that folder")
    parser.add_argument("--measured", type=Path, help="what evaluate --json wrote")
    arguments = parser.parse_args()
    try:
        about = arguments.pack and about_of(arguments.about or arguments.pack / "about.toml", arguments.measured)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    network = network_of(load(arguments.weights))
    for name, difference in export(network, arguments.out).items():
        print(f"{name}: differs from PyTorch by {difference:.2g} at most")
    if arguments.pack:
        print(packed(network, arguments.out, arguments.pack, about))


if __name__ == "__main__":
    main()
