"""A frozen network that sees colour photographs: what two pictures look like to it, and what it knows.

Any small convolutional ONNX classifier with its inner maps as outputs will do; it is given by path, is
only needed while training and measuring, and nothing of it is kept in the weights that ship.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn

#: ImageNet's means and deviations of RGB 0–1, by which such networks are trained.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class FrozenGraph(nn.Module):
    """Runs an ONNX graph of convolutions in PyTorch, so that gradients reach its input.

    Batch norms are folded into the convolutions before them. Raises ValueError for other operators.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__()
        graph = onnx.load(str(path)).graph
        weights = {t.name: numpy_helper.to_array(t).astype(np.float32) for t in graph.initializer}
        self.input = next(value.name for value in graph.input if value.name not in weights)
        self.outputs = [value.name for value in graph.output]
        self.steps: list[tuple[str, list[str], str, dict]] = []
        made: dict[str, int] = {}
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            inputs, output = [name for name in node.input if name], node.output[0]
            if node.op_type == "BatchNormalization" and inputs[0] in made:
                step = made.pop(inputs[0])
                self._fold(weights, self.steps[step], inputs, attributes.get("epsilon", 1e-5))
                self.steps[step] = (*self.steps[step][:2], output, self.steps[step][3])
                continue
            if node.op_type == "Conv":
                made[output] = len(self.steps)
            elif node.op_type not in ("Relu", "Clip", "Add", "Identity", "GlobalAveragePool"):
                raise ValueError(f"{path}: {node.op_type} is not among the operators that are run here")
            self.steps.append((node.op_type, inputs, output, attributes))
        self.places: dict[str, str] = {}
        for name in dict.fromkeys(name for _, inputs, _, _ in self.steps for name in inputs if name in weights):
            self.places[name] = f"weight{len(self.places)}"
            self.register_buffer(self.places[name], torch.from_numpy(weights[name]), persistent=False)

    @staticmethod
    def _fold(weights: dict, step: tuple, norm: list[str], epsilon: float) -> None:
        """Puts a batch norm's scale and shift into the convolution before it."""
        scale, shift, mean, variance = (weights[name] for name in norm[1:])
        scale = scale / np.sqrt(variance + epsilon)
        kernel, bias = step[1][1], step[1][2] if len(step[1]) > 2 else f"{step[1][1]}.bias"
        weights[bias] = (weights.get(bias, 0) - mean) * scale + shift
        weights[kernel] = weights[kernel] * scale[:, None, None, None]
        step[1][2:] = [bias]

    def forward(self, x: Tensor) -> list[Tensor]:
        """The graph's outputs, of x's type."""
        values = {self.input: x}
        for kind, inputs, output, attributes in self.steps:
            given = [values[n] if n in values else getattr(self, self.places[n]) for n in inputs]
            values[output] = _run(kind, given, attributes)
        return [values[name] for name in self.outputs]


def _run(kind: str, given: list[Tensor], attributes: dict) -> Tensor:
    if kind == "Conv":
        padding = attributes.get("pads", [0, 0, 0, 0])[:2]
        stride, spread = attributes.get("strides", [1, 1]), attributes.get("dilations", [1, 1])
        return F.conv2d(*given, stride=stride, padding=padding, dilation=spread, groups=attributes.get("group", 1))
    if kind == "Relu":
        return F.relu(given[0])
    if kind == "Clip":
        return given[0].clamp(attributes.get("min", 0.0), attributes.get("max", 6.0))
    if kind == "Add":
        return given[0] + given[1]
    if kind == "GlobalAveragePool":
        return given[0].mean((2, 3), keepdim=True)
    return given[0]


class Perceptual(nn.Module):
    """Maps of several depths, each position's channels brought to length one, as LPIPS compares them."""

    def __init__(self, path: Path | str, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.graph = FrozenGraph(path).to(dtype=dtype, memory_format=torch.channels_last).requires_grad_(False)
        self.dtype = dtype
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False)

    def forward(self, rgb: Tensor) -> dict[int, Tensor]:
        """RGB 0–1 [N, 3, H, W] → stride → map [N, C, H / stride, W / stride] of unit length, float32."""
        picture = ((rgb - self.mean) / self.deviation).to(self.dtype)
        with torch.autocast(rgb.device.type, enabled=False):
            maps = [m for m in self.graph(picture.contiguous(memory_format=torch.channels_last)) if m.shape[-1] > 1]
        return {rgb.shape[3] // m.shape[3]: F.normalize(m.float(), dim=1, eps=1e-3) for m in maps}


def perceptual_distance(first: dict[int, Tensor], second: dict[int, Tensor]) -> Tensor:
    """LPIPS (arXiv 1801.03924) with all channels alike: squared distances, summed over depths, [N]."""
    return sum((first[s] - second[s]).square().sum(1).mean((1, 2)) for s in first)
