"""Writes a head as two ONNX graphs, and proves that they compute the same. The sampler stays outside.

    python -m recolour.export out/weights.pt --out out/graphs [--pack recolour-small --encoder ddcolor-pico]

--out gets condition.onnx and velocity.onnx (float32) and condition-fp16.onnx and velocity-fp16.onnx (half precision inside,
float32 inputs and outputs): opset 17, free sizes. Of a photograph of H × W, h = H / 4 and w = W / 4, multiples of 4:

    condition   features [n, C, h, w], answer [n, 2, h, w], lightness [n, 1, h, w], hints [n, 3, h, w], known [n, 1, 1, 1]
                → level4 [n, dims[0], h, w], level8 [n, dims[1], h / 2, w / 2], level16 [n, dims[2], h / 4, w / 4]
    velocity    noisy [m, 2, h, w], code [m, embedding], level4, level8, level16 → velocity [m, 2, h, w]

n is 1 or m: one photograph's maps serve all m candidates. `RecolourHead` says what each is; code is `time_code`.
--pack makes a model folder of the half-precision graphs; it holds about.toml. --encoder is the packed DDColor that the
head was trained on, whose hash goes on the card.
"""

import argparse
import tomllib
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from recolour.architecture import CELL, HINT_PLANES, RecolourHead, time_code
from recolour.packing import GRAPHS, encoder_of, packed
from recolour.weights import head_of
from training.checkpoint import load

OFFERS = ("features", "answer", "lightness", "hints", "known")
LEVELS = ("level4", "level8", "level16")
#: Rows and columns of cells to prove equality at: neither is that of the export.
PROOFS = ((16, 16), (32, 48))
#: Most difference of the velocity: float32, and half precision inside.
TOLERANCES = {"": 1e-4, "-fp16": 0.05}


class ConditionGraph(nn.Module):
    def __init__(self, head: RecolourHead) -> None:
        super().__init__()
        # Called m: the packer takes weights under that name for those of the network. Each graph's begin with its own name.
        self.m = nn.Module()
        self.m.condition = head.condition_network

    def forward(self, *offers: Tensor) -> tuple[Tensor, ...]:
        return self.m.condition(*offers)


class VelocityGraph(nn.Module):
    def __init__(self, head: RecolourHead) -> None:
        super().__init__()
        self.m = nn.Module()
        self.m.velocity = head.velocity_network

    def forward(self, noisy: Tensor, code: Tensor, *conditions: Tensor) -> Tensor:
        return self.m.velocity(noisy, code, conditions)


def export(head: RecolourHead, folder: Path) -> dict[str, float]:
    """Writes the four graphs to the folder. Returns each precision's most difference of the velocity from PyTorch.

    Raises ValueError where that is more than rounding explains.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = head.to("cpu", memory_format=torch.contiguous_format).eval()
    offers = example(head, 24, 24)
    rows = {name: {0: "photographs", 2: "height4", 3: "width4"} for name in OFFERS[:-1]} | {"known": {0: "photographs"}}
    rows |= {f"level{s}": {0: "photographs", 2: f"height{s}", 3: f"width{s}"} for s in (4, 8, 16)}
    rows |= {name: {0: "candidates", 2: "height4", 3: "width4"} for name in ("noisy", "velocity")} | {"code": {0: "candidates"}}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Wrappers in inference too: the exporter gives a module back in the mode that it found the outermost in.
        condition, velocity = ConditionGraph(head).eval(), VelocityGraph(head).eval()
        levels = condition(*offers)
        noisy, code = torch.randn(2, 2, 24, 24), time_code(torch.tensor([0.5, 0.2]), head.config.embedding)
        _write(condition, offers, OFFERS, LEVELS, rows, folder / "condition.onnx")
        _write(velocity, (noisy, code, *levels), ("noisy", "code", *LEVELS), ("velocity",), rows, folder / "velocity.onnx")
    for name in GRAPHS:
        graph = onnx.load(folder / f"{name}.onnx")
        onnx.checker.check_model(graph)
        onnx.save(convert_float_to_float16(graph, keep_io_types=True), folder / f"{name}-fp16.onnx")
    return {kind or "-fp32": _prove(head, folder, kind) for kind in TOLERANCES}


def example(head: RecolourHead, height: int, width: int) -> tuple[Tensor, ...]:
    """Random inputs of `condition` for one photograph of so many cells: numbers, and no picture."""
    random = torch.Generator().manual_seed(height)
    shape = (1, head.config.features, height, width)
    planes = [torch.randn(1, count, height, width, generator=random) for count in (2, 1, HINT_PLANES)]
    return torch.randn(shape, generator=random), *planes, torch.ones(1, 1, 1, 1)


def cost(head: RecolourHead, side: int = 256) -> dict[str, float]:
    """Parameters in all, and multiply–accumulates (10⁹) of each network, once, for a photograph of side²."""
    cells = side // CELL
    found = {"parameters": float(sum(p.numel() for p in head.parameters()))}
    with torch.no_grad():
        with FlopCounterMode(display=False) as counted:
            levels = head.condition(*example(head, cells, cells))
        found["condition"] = counted.get_total_flops() / 2e9
        with FlopCounterMode(display=False) as counted:
            head.velocity(torch.zeros(1, 2, cells, cells), torch.ones(1), levels)
        found["velocity"] = counted.get_total_flops() / 2e9
    return found


def _write(module: nn.Module, inputs: tuple, names: tuple, outputs: tuple, axes: dict, path: Path) -> None:
    dynamic = {name: axes[name] for name in (*names, *outputs)}
    # The exporter by tracing: its names of nodes are those of modules, which the packer reads.
    torch.onnx.export(
        module, inputs, str(path), input_names=list(names), output_names=list(outputs), dynamic_axes=dynamic, opset_version=17,
        dynamo=False,
    )  # fmt: skip


@torch.no_grad()
def _prove(head: RecolourHead, folder: Path, kind: str) -> float:
    options = {"providers": ["CPUExecutionProvider"]}
    condition, velocity = (onnxruntime.InferenceSession(str(folder / f"{name}{kind}.onnx"), **options) for name in GRAPHS)
    worst = 0.0
    for height, width in PROOFS:
        offers, time = example(head, height, width), torch.tensor([1.0, 0.37])
        noisy = torch.randn(2, 2, height, width, generator=torch.Generator().manual_seed(1))
        expected = head.velocity(noisy, time, head.condition(*offers)).numpy()
        levels = condition.run(LEVELS, {name: value.numpy() for name, value in zip(OFFERS, offers)})
        code = time_code(time, head.config.embedding).numpy()
        (found,) = velocity.run(["velocity"], {"noisy": noisy.numpy(), "code": code, **dict(zip(LEVELS, levels))})
        worst = max(worst, float(np.abs(found - expected).max()))
    if not worst <= TOLERANCES[kind]:
        raise ValueError(f"the exported graphs ({kind or 'fp32'}) differ from PyTorch by {worst:.2g}")
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a file that training wrote: weights.pt")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pack", type=Path, help="model folder that holds about.toml")
    parser.add_argument("--encoder", type=Path, help="packed DDColor that the head was trained on")
    arguments = parser.parse_args()
    if (arguments.pack is None) != (arguments.encoder is None):
        parser.error("--pack needs --encoder, and --encoder nothing else")
    try:
        about = arguments.pack and tomllib.loads((arguments.pack / "about.toml").read_text())
        encoder = arguments.encoder and encoder_of(arguments.encoder)
    except (OSError, ValueError, KeyError) as error:
        parser.error(str(error))
    head = head_of(load(arguments.weights))
    for kind, difference in export(head, arguments.out).items():
        print(f"PyTorch against onnxruntime, {kind[1:]}: most difference {difference:.2e}")
    found = cost(head)
    print(f"{found['parameters']:.0f} parameters; at 256²: condition {found['condition']:.2f}, velocity {found['velocity']:.2f} GMACs")
    if arguments.pack:
        print(packed(head, arguments.out, arguments.pack, about, encoder))


if __name__ == "__main__":
    main()
