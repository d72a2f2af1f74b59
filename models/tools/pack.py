"""Packs a two-graph colouring model into a folder that one download serves in every precision.

    python -m tools.pack --encode encode-fp16.onnx --paint paint-fp16.onnx --model ddcolor-pico

Reads the two exported graphs, in half or full precision, and <model>/about.toml (what people write about
the model), and writes into the model folder the bare graphs, tensors.json, shards/ and card.json.
../README.md describes each file. The same input gives the same bytes.
"""

import argparse
import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from tools.graphs import variant_graph
from tools.quantise import quantise

GRAPHS = ("encode", "paint")
# How matrices are stored; all else is fp16 in both.
ENCODINGS = ("int8", "fp16")
SHARD_BYTES = 4 * 1024 * 1024
# Where a tensor starts in a materialised file; and where a region starts in the shard stream.
TENSOR_ALIGNMENT, REGION_ALIGNMENT = 64, 4
# Below this many elements a tensor stays in the graph; below the other it is not worth int8.
EXTERNAL_ELEMENTS, INT8_ELEMENTS = 32, 2048


def align(offset, step):
    return -(-offset // step) * step


def json_bytes(value):
    return (json.dumps(whole_numbers(value), indent=1, ensure_ascii=False) + "\n").encode()


def whole_numbers(value):
    """The same with 26.0 as 26, as JavaScript writes it: `npm run measure` writes the card too."""
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def external_weights(model):
    """The float initialisers that leave the graph, in the graph's order."""
    floats = (TensorProto.FLOAT, TensorProto.FLOAT16)
    return [
        t for t in model.graph.initializer
        if t.data_type in floats and np.prod(t.dims) >= EXTERNAL_ELEMENTS
    ]


def move_out(model):
    """Replaces sizeable weights by references into the fp32 file `weights`; returns each one's place."""
    places, offset = {}, 0
    for tensor in external_weights(model):
        length = int(np.prod(tensor.dims)) * 4
        places[tensor.name] = {"offset": offset, "byteLength": length}
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "weights"), ("offset", offset), ("length", length)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        offset = align(offset + length, TENSOR_ALIGNMENT)
    return places


def channel_axes(graph):
    """Maps a convolution's weight to 0 (output channels) and a matrix product's to 1 (columns), unless it turns it round."""
    axes = {}
    for node in graph.node:
        if node.op_type in ("Conv", "MatMul", "Gemm"):
            is_turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
            axes[node.input[1]] = 0 if node.op_type == "Conv" or is_turned else 1
    return axes


class Stream:
    """The bytes of all tensors in the table's order, before they are cut into shards."""

    def __init__(self):
        self.data = bytearray()

    def add(self, array):
        """Appends an array at the next aligned place and returns its offset."""
        self.data.extend(bytes(align(len(self.data), REGION_ALIGNMENT) - len(self.data)))
        offset = len(self.data)
        self.data.extend(array.tobytes())
        return offset


def encode_tensor(stream, name, graph_name, weight, axis):
    """Appends one weight to the stream and returns its entry of tensors.json. axis None: as fp16."""
    entry = {"name": name, "graph": graph_name, "shape": list(weight.shape)}
    if axis is None or weight.size < INT8_ELEMENTS:
        with np.errstate(over="ignore"):
            data = weight.astype("<f2")
        if not np.isfinite(data).all():
            raise ValueError(f"{name} has values that half precision cannot hold")
        return entry | {
            "encoding": "fp16", "axis": None, "offset": stream.add(data), "byteLength": data.nbytes,
            "scaleOffset": None,
        }
    values, scales = quantise(weight, axis)
    return entry | {
        "encoding": "int8-per-channel", "axis": axis, "offset": stream.add(values),
        "byteLength": values.nbytes, "scaleOffset": stream.add(scales.astype("<f4")),
    }


def pack_graph(source, graph_name, stream, encoding):
    """Returns the bare graph, and the entries of its tensors. The weights are rounded from the source's
    own precision: where that is half, from before the graph is widened."""
    model = variant_graph(source, "fp32")
    is_half = any(t.data_type == TensorProto.FLOAT16 for t in source.graph.initializer)
    exact = variant_graph(source, "fp16") if is_half else model
    weights = {t.name: numpy_helper.to_array(t) for t in external_weights(exact)}
    if {t.name for t in external_weights(model)} != set(weights):
        raise ValueError(f"{graph_name} has other weights once it is widened")
    axes = channel_axes(model.graph) if encoding == "int8" else {}
    places = move_out(model)
    entries = []
    for name, weight in weights.items():
        entry = encode_tensor(stream, name, graph_name, weight, axes.get(name))
        entries.append(entry | {"materialised": places[name]})
    return model, entries


def pack_rest(entries, graph_name, stream, weights):
    """Appends weights that stay inside the graph, or are equal to others there: kernels of our own take all by name.

    weights: float arrays by the names of the architecture's modules. Returns their entries; onnxruntime reads none.
    """
    taken = {entry["name"] for entry in entries}
    ends = (e["materialised"]["offset"] + e["materialised"]["byteLength"] for e in entries if e["graph"] == graph_name)
    offset, more = align(max(ends, default=0), TENSOR_ALIGNMENT), []
    for name, weight in weights.items():
        if name not in taken:
            place = {"offset": offset, "byteLength": weight.size * 4}
            more.append(encode_tensor(stream, name, graph_name, weight, None) | {"materialised": place})
            offset = align(offset + place["byteLength"], TENSOR_ALIGNMENT)
    return more


def gray_term(paint, chroma_scale):
    """What the gray adds to ab, as slope and offset of each plane: the refinement of the normalised input."""
    small = {
        t.name: numpy_helper.to_array(t).astype(np.float64)
        for t in paint.graph.initializer
        if t.data_location != TensorProto.EXTERNAL
    }
    gray_conv = next(n for n in paint.graph.node if n.op_type == "Conv" and small.get(n.input[1], np.zeros(0)).shape == (2, 3, 1, 1))
    weight, bias = small[gray_conv.input[1]][:, :, 0, 0], small[gray_conv.input[2]]
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    slope = (weight / deviation).sum(1) * chroma_scale
    offset = (bias - (weight * mean / deviation).sum(1)) * chroma_scale
    return {"slope": [round(float(v), 8) for v in slope], "offset": [round(float(v), 8) for v in offset]}


def write(folder, name, data):
    """Writes a file of the model folder and returns how the card names it."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return {"file": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def write_shards(folder, data):
    shutil.rmtree(folder / "shards", ignore_errors=True)
    pieces = [bytes(data[at : at + SHARD_BYTES]) for at in range(0, len(data), SHARD_BYTES)]
    return [write(folder, f"shards/{hashlib.sha256(p).hexdigest()[:16]}.bin", p) for p in pieces]


def describe(value, notes):
    """A graph's input or output for the card: name, shape, element type, unit and range."""
    kind = value.type.tensor_type
    shape = [d.dim_param or d.dim_value for d in kind.shape.dim]
    if kind.elem_type != TensorProto.FLOAT:
        raise ValueError(f"{value.name} must be float32 in every variant")
    note = notes[value.name]
    return {"name": value.name, "shape": shape, "dtype": "float32"} | note


def describe_graph(model, notes):
    return {
        "inputs": [describe(v, notes) for v in model.graph.input],
        "outputs": [describe(v, notes) for v in model.graph.output],
    }


def write_card(folder, about, models, entries, stream):
    card = {"schema": 1} | about["card"]
    card["parameters"] = sum(int(np.prod(e["shape"])) for e in entries)
    card["sizes"] = about["sizes"]
    card["network"] = about["network"] | {"gray": gray_term(models["paint"], about["network"]["chromaScale"])}
    card["graphs"] = {name: describe_graph(models[name], about["values"]) for name in GRAPHS}
    card["onnx"] = {
        name: write(folder, f"{name}.onnx", models[name].SerializeToString(deterministic=True))
        for name in GRAPHS
    }
    card["weights"] = {
        "tensors": write(folder, "tensors.json", json_bytes(entries)),
        "bytes": len(stream.data),
        "shards": write_shards(folder, stream.data),
    }
    card["output"] = about["output"]
    # A folder that nobody has measured has none; the app reckons it where such a model is added.
    if (measured := folder / "memory.json").exists():
        card["memory"] = json.loads(measured.read_text())
    card["metrics"] = about["metrics"]
    write(folder, "card.json", json_bytes(card))
    return card


def pack(encode, paint, folder, encoding="int8"):
    """Packs two exported graphs into the model folder, and returns what was written, in words.

    encoding: "int8" rounds matrices to int8 with one scale a channel; "fp16" keeps them in half precision.
    """
    about = tomllib.loads((folder / "about.toml").read_text())
    stream, models, entries = Stream(), {}, []
    for name, path in zip(GRAPHS, (encode, paint)):
        models[name], more = pack_graph(onnx.load(path), name, stream, encoding)
        entries += more
    card = write_card(folder, about, models, entries, stream)
    graphs = sum(g["bytes"] for g in card["onnx"].values())
    table = card["weights"]["tensors"]["bytes"]
    total = len(stream.data) + graphs + table
    return (
        f"{card['parameters']} parameters in {len(entries)} tensors\n"
        f"shards {len(stream.data)} + graphs {graphs} + table {table} = {total} bytes"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encode", type=Path, required=True, help="exported graph")
    parser.add_argument("--paint", type=Path, required=True, help="exported graph")
    parser.add_argument("--model", type=Path, required=True, help="folder that holds about.toml")
    parser.add_argument("--encoding", choices=ENCODINGS, default="int8")
    arguments = parser.parse_args()
    print(pack(arguments.encode, arguments.paint, arguments.model, arguments.encoding))


if __name__ == "__main__":
    main()
