"""Packs a two-graph colouring model into a folder that one download serves in every precision.

    python pack.py --encode encode-fp16.onnx --paint paint-fp16.onnx --model ../ddcolor-pico

Reads the two exported half-precision graphs and <model>/about.toml (what people write about the
model), and writes into the model folder the bare graphs, tensors.json, shards/ and card.json.
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

from graphs import variant_graph
from quantise import quantise

GRAPHS = ("encode", "paint")
VARIANTS = {"fp32": np.float32, "fp16": np.float16}
SHARD_BYTES = 4 * 1024 * 1024
# Where a tensor starts in a materialised file; and where a region starts in the shard stream.
TENSOR_ALIGNMENT, REGION_ALIGNMENT = 64, 4
# Below this many elements a tensor stays in the graph; below the other it is not worth int8.
EXTERNAL_ELEMENTS, INT8_ELEMENTS = 32, 2048


def align(offset, step):
    return -(-offset // step) * step


def json_bytes(value):
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def external_weights(model):
    """The float initialisers that leave the graph, in the graph's order."""
    floats = (TensorProto.FLOAT, TensorProto.FLOAT16)
    return [
        t for t in model.graph.initializer
        if t.data_type in floats and np.prod(t.dims) >= EXTERNAL_ELEMENTS
    ]


def move_out(model, dtype):
    """Replaces sizeable weights by references into the file `weights`; returns each one's place."""
    places, offset = {}, 0
    for tensor in external_weights(model):
        length = int(np.prod(tensor.dims)) * np.dtype(dtype).itemsize
        places[tensor.name] = {"offset": offset, "byteLength": length}
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "weights"), ("offset", offset), ("length", length)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        offset = align(offset + length, TENSOR_ALIGNMENT)
    return places


def channel_axes(graph):
    """Maps a convolution's weight to 0 (output channels) and a matrix product's to 1 (columns)."""
    axes = {}
    for node in graph.node:
        if node.op_type in ("Conv", "MatMul"):
            axes[node.input[1]] = 0 if node.op_type == "Conv" else 1
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
    """Appends one weight to the stream and returns its entry of tensors.json."""
    entry = {"name": name, "graph": graph_name, "shape": list(weight.shape)}
    if axis is None or weight.size < INT8_ELEMENTS:
        data = weight.astype("<f2")
        return entry | {
            "encoding": "fp16", "axis": None, "offset": stream.add(data), "byteLength": data.nbytes,
            "scaleOffset": None,
        }
    values, scales = quantise(weight, axis)
    return entry | {
        "encoding": "int8-per-channel", "axis": axis, "offset": stream.add(values),
        "byteLength": values.nbytes, "scaleOffset": stream.add(scales.astype("<f4")),
    }


def pack_graph(source, graph_name, stream):
    """Returns the bare graph of each variant, and the entries of the tensors they share."""
    models = {variant: variant_graph(source, variant) for variant in VARIANTS}
    axes = channel_axes(models["fp16"].graph)
    weights = {t.name: numpy_helper.to_array(t) for t in external_weights(models["fp16"])}
    wide = {t.name: list(t.dims) for t in external_weights(models["fp32"])}
    if wide != {name: list(w.shape) for name, w in weights.items()}:
        raise ValueError(f"the variants of {graph_name} do not share their weights")
    places = {variant: move_out(models[variant], VARIANTS[variant]) for variant in VARIANTS}
    entries = []
    for name, weight in weights.items():
        entry = encode_tensor(stream, name, graph_name, weight, axes.get(name))
        entry["materialised"] = {variant: places[variant][name] for variant in VARIANTS}
        entries.append(entry)
    return models, entries


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
    variants = {}
    for variant in VARIANTS:
        graphs = {
            name: write(folder, f"{name}.{variant}.onnx", models[name][variant].SerializeToString(deterministic=True))
            for name in GRAPHS
        }
        variants[variant] = about["variants"][variant] | {"graphs": graphs}
    card = {"schema": 1} | about["card"]
    card["parameters"] = sum(int(np.prod(e["shape"])) for e in entries)
    card["sizes"] = about["sizes"]
    card["graphs"] = {name: describe_graph(models[name]["fp32"], about["values"]) for name in GRAPHS}
    card["variants"] = variants
    card["weights"] = {
        "tensors": write(folder, "tensors.json", json_bytes(entries)),
        "bytes": len(stream.data),
        "shards": write_shards(folder, stream.data),
    }
    card["output"] = about["output"]
    card["memory"] = json.loads((folder / "memory.json").read_text())
    card["metrics"] = about["metrics"]
    write(folder, "card.json", json_bytes(card))
    return card


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encode", type=Path, required=True, help="exported fp16 graph")
    parser.add_argument("--paint", type=Path, required=True, help="exported fp16 graph")
    parser.add_argument("--model", type=Path, required=True, help="folder that holds about.toml")
    arguments = parser.parse_args()
    about = tomllib.loads((arguments.model / "about.toml").read_text())
    stream, models, entries = Stream(), {}, []
    for name in GRAPHS:
        models[name], more = pack_graph(onnx.load(getattr(arguments, name)), name, stream)
        entries += more
    card = write_card(arguments.model, about, models, entries, stream)
    graphs = sum(g["bytes"] for v in card["variants"].values() for g in v["graphs"].values())
    table = card["weights"]["tensors"]["bytes"]
    print(f"{card['parameters']} parameters in {len(entries)} tensors")
    print(f"shards {len(stream.data)} + graphs {graphs} + table {table} = {len(stream.data) + graphs + table} bytes")


if __name__ == "__main__":
    main()
