"""Rebuilds a model folder's weights for onnxruntime, as the browser does at load.

    python -m tools.materialise ddcolor-pico out

writes out/<graph>/{model.onnx,weights}, which onnxruntime opens as they are.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from tools.quantise import restore


def read_stream(folder):
    """All shards of a model folder as one byte string, each checked against the card's sha256."""
    card = json.loads((folder / "card.json").read_text())
    parts = []
    for shard in card["weights"]["shards"]:
        data = (folder / shard["file"]).read_bytes()
        if hashlib.sha256(data).hexdigest() != shard["sha256"]:
            raise ValueError(f"{shard['file']} is damaged")
        parts.append(data)
    return b"".join(parts)


def read_tensor(entry, stream):
    """One tensor of tensors.json as float32."""
    if entry["encoding"] == "fp16":
        count = entry["byteLength"] // 2
        return np.frombuffer(stream, "<f2", count, entry["offset"]).reshape(entry["shape"]).astype(np.float32)
    values = np.frombuffer(stream, np.int8, entry["byteLength"], entry["offset"]).reshape(entry["shape"])
    scales = np.frombuffer(stream, "<f4", entry["shape"][entry["axis"]], entry["scaleOffset"])
    return restore(values, scales, entry["axis"])


def weight_file(folder, graph):
    """The bytes of the external data file `weights` of one graph: float32."""
    entries = json.loads((folder / "tensors.json").read_text())
    stream = read_stream(folder)
    mine = [e for e in entries if e["graph"] == graph]
    places = [e["materialised"] for e in mine]
    out = bytearray(max(p["offset"] + p["byteLength"] for p in places))
    for entry, place in zip(mine, places):
        data = read_tensor(entry, stream).tobytes()
        assert len(data) == place["byteLength"]
        out[place["offset"] : place["offset"] + len(data)] = data
    return bytes(out)


def materialise(folder, graph, out):
    """Writes model.onnx and weights of one graph to `out`/<graph> and returns the model's path."""
    target = out / graph
    target.mkdir(parents=True, exist_ok=True)
    (target / "weights").write_bytes(weight_file(folder, graph))
    model = target / "model.onnx"
    model.write_bytes((folder / f"{graph}.onnx").read_bytes())
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a model folder, such as models/ddcolor-pico")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    for graph in ("encode", "paint"):
        print(materialise(arguments.model, graph, arguments.out))


if __name__ == "__main__":
    main()
