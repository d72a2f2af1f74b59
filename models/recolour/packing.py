"""Makes a model folder of an exported head: int8 shards, a table, bare graphs for wasm and a card."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import onnx

from recolour.architecture import RecolourHead
from tools.pack import Stream, json_bytes, pack_graph, pack_rest, write, write_shards

GRAPHS = ("condition", "velocity")


def encoder_of(folder: Path) -> dict:
    """How a card names the DDColor that its head was trained on: by id, and by the hashes of its shards.

    Raises OSError or ValueError where the folder is not a packed colouring model.
    """
    card = json.loads((folder / "card.json").read_text())
    if card.get("task") != "colorize":
        raise ValueError(f"{folder} is no colouring model")
    return {"id": card["id"], "shards": [shard["sha256"] for shard in card["weights"]["shards"]]}


def packed(head: RecolourHead, graphs: Path, folder: Path, about: dict, encoder: dict, encoding: str = "int8") -> str:
    """Packs the half-precision graphs, whose weights are those of training; what was written, in words.

    about: the folder's about.toml. encoder: `encoder_of`. encoding: "int8" or "fp16", of matrices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream, entries, files = Stream(), [], {}
    for name, network in zip(GRAPHS, (head.condition_network, head.velocity_network)):
        model, found = pack_graph(onnx.load(graphs / f"{name}-fp16.onnx"), name, stream, encoding)
        files[name] = write(folder, f"{name}.onnx", model.SerializeToString(deterministic=True))
        state = {f"{name}.{key}": value.numpy() for key, value in network.state_dict().items()}
        if unknown := [entry["name"] for entry in found if entry["name"] not in state]:
            raise ValueError(f"the graph {name} has weights of no module: {unknown}")
        entries += found + pack_rest(found, name, stream, state)
    parameters = sum(int(np.prod(entry["shape"])) for entry in entries)
    if parameters != sum(parameter.numel() for parameter in head.parameters()):
        raise ValueError("the table of weights has others than the head")
    config = head.config
    network = {
        "features": config.features,
        "dims": list(config.dims),
        "conditionDepths": list(config.condition_depths),
        "depths": list(config.depths),
        "attentions": config.attentions,
        "embedding": config.embedding,
        "chromaScale": head.chroma_scale,
    }
    card = {"schema": 1} | about["card"] | {"parameters": parameters, "network": network, "encoder": encoder, "onnx": files}
    card["weights"] = {
        "tensors": write(folder, "tensors.json", json_bytes(entries)),
        "bytes": len(stream.data),
        "shards": write_shards(folder, stream.data),
    }
    card |= {name: about[name] for name in ("sampling", "output")}
    card["metrics"] = about.get("metrics", {})
    write(folder, "card.json", json_bytes(card))
    graphs_bytes = sum(file["bytes"] for file in files.values())
    return f"{parameters} parameters in {len(entries)} tensors; shards {len(stream.data)}, graphs {graphs_bytes} bytes"
