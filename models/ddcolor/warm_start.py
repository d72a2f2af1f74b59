"""Networks from weights that were exported before: a packed model folder, or its two ONNX graphs.

Exported convolutions have swallowed the batch norms right after them. Here such a norm is put back so
that nothing changes: its statistics are measured on pictures, and scale and shift undo them.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ddcolor.architecture import CELL, DDColor
from ddcolor.config import DDColorConfig
from tools.graphs import variant_graph
from tools.materialise import read_stream, read_tensor

Weights = dict[str, np.ndarray]
HEAD_CHANNELS = 32


def network_of_folder(folder: Path, drop_path: float = 0.0) -> DDColor:
    """The network of a packed model folder, int8 weights restored."""
    card = json.loads((folder / "card.json").read_text())
    stream = read_stream(folder)
    entries = json.loads((folder / "tensors.json").read_text())
    weights = {e["name"]: read_tensor(e, stream) for e in entries}
    weights |= _gray_weights(onnx.load(folder / "paint.onnx", load_external_data=False).graph)
    return network_of_weights(weights, card["network"]["chromaScale"], drop_path)


def network_of_graphs(encode: Path, paint: Path, chroma_scale: float = 20.0, drop_path: float = 0.0) -> DDColor:
    """The network of two exported graphs (opset 17, half precision inside)."""
    weights: Weights = {}
    for path in (encode, paint):
        graph = variant_graph(onnx.load(path), "fp32").graph
        weights |= {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    return network_of_weights(weights | _gray_weights(graph), chroma_scale, drop_path)


def network_of_weights(weights: Weights, chroma_scale: float, drop_path: float = 0.0) -> DDColor:
    """A network holding weights by the names of tensors.json.

    Raises ValueError where they are not those of a DDColor.
    """
    network = DDColor(config_of(weights), chroma_scale, drop_path)
    state = _module_state(weights)
    for name in ("f0", "f1", "f2"):
        # The norm that was folded, as one that does nothing but add the convolution's bias.
        if (bias := state.pop(f"{name}.up.conv.bias", None)) is not None:
            norm = network.get_submodule(f"{name}.up.bn")
            state |= {f"{name}.up.bn.bias": bias, f"{name}.up.bn.running_mean": torch.zeros_like(bias)}
            state |= {f"{name}.up.bn.running_var": torch.ones_like(bias)}
            state |= {f"{name}.up.bn.weight": torch.full_like(bias, (1 + norm.eps) ** 0.5)}
    expected = {k for k in network.state_dict() if not k.endswith("num_batches_tracked")}
    if expected != set(state):
        raise ValueError(f"not the weights of a DDColor: {sorted(expected ^ set(state))[:4]} are missing or unknown")
    network.load_state_dict(state, strict=False)
    return network


def config_of(weights: Weights) -> DDColorConfig:
    """The sizes, read from the weights' shapes. Heads have 32 channels, which no shape tells."""
    try:
        dims = tuple(weights[f"enc.norms.{i}.weight"].shape[0] for i in range(4))
        width, hidden = weights["f0.conv.weight"].shape[0], weights["level.0"].size
        queries = weights["query"].shape[-2]
        feedforward = weights["layers.0.f1.bias"].shape[0]
    except KeyError as error:
        raise ValueError(f"not the weights of a DDColor: {error.args[0]} is missing") from None
    depths = tuple(_count(weights, lambda j, i=i: f"enc.stages.{i}.{j}.gamma") for i in range(4))
    layers = _count(weights, lambda i: f"layers.{i}.f1.bias")
    return DDColorConfig(depths, dims, width, queries, hidden, hidden // HEAD_CHANNELS, feedforward, layers)


def _count(weights: Weights, name) -> int:
    count = 0
    while name(count) in weights:
        count += 1
    return count


def _module_state(weights: Weights) -> dict[str, Tensor]:
    """The graphs' weights under the module's names and in its shapes."""
    state = {}
    known = {name for name in weights if name.partition(".")[0] in ("enc", "f0", "f1", "f2", "proj", "layers", "norm", "embed")}
    for name in known:
        # Linear layers were exported transposed, as the right side of a product.
        linear = name.endswith(".weight") and weights[name].ndim == 2
        state[name] = weights[name].T if linear else weights[name]
    state["query"], state["qpos"] = weights["query"][0], weights["qpos"][0]
    state["level"] = np.stack([weights[f"level.{i}"].reshape(-1) for i in range(3)])
    for part in ("weight", "bias"):
        branches = [weights[f"last.conv.{part}.{i}"] for i in range(CELL**2)]
        state[f"last.conv.{part}"] = np.stack(branches, 1).reshape(-1, *branches[0].shape[1:])
    gray = weights["mix.gray.weight"]
    state["mix.weight"] = np.concatenate([weights["mix.query.weight"][:, :, None, None], gray], 1)
    state["mix.bias"] = weights["mix.bias"]
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}


def _gray_weights(paint: onnx.GraphProto) -> Weights:
    """The refinement of the gray input, small enough to be inside the paint graph."""
    inside = {t.name: t for t in paint.initializer if t.data_location != onnx.TensorProto.EXTERNAL}
    for node in paint.node:
        if node.op_type == "Conv" and node.input[1] in inside and list(inside[node.input[1]].dims) == [2, 3, 1, 1]:
            weight, bias = (numpy_helper.to_array(inside[name]) for name in node.input[1:])
            return {"mix.gray.weight": weight.astype(np.float32), "mix.bias": bias.astype(np.float32)}
    raise ValueError("the paint graph has no convolution of the gray")


@torch.no_grad()
def settle_norms(network: DDColor, pictures: Iterable[Tensor]) -> None:
    """Gives the batch norms that were put back the statistics of gray pictures [N, 3, H, W].

    What the network computes in eval mode stays the same; in training, where each batch is normed by its
    own statistics, it then begins near that. More pictures, nearer.
    """
    norms = [network.get_submodule(f"{name}.up.bn") for name in ("f0", "f1", "f2")]
    sums = {norm: [0, 0, 0] for norm in norms}

    def note(norm: nn.Module, inputs: tuple[Tensor]) -> None:
        x = inputs[0].double()
        for i, value in enumerate((x.numel() // x.shape[1], x.sum((0, 2, 3)), x.square().sum((0, 2, 3)))):
            sums[norm][i] = sums[norm][i] + value

    hooks = [norm.register_forward_pre_hook(note) for norm in norms]
    was_training = network.training
    network.eval()
    for gray in pictures:
        network.encode(gray)
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        count, total, squares = sums[norm]
        mean = (total / count).float()
        variance = (squares / count - (total / count) ** 2).clamp(min=0).float()
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        norm.bias.copy_(norm.bias + (mean - norm.running_mean) * scale)
        norm.weight.copy_(scale * (variance + norm.eps).sqrt())
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
