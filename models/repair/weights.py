"""The two networks as a table that `training.checkpoint` keeps."""

import json
from dataclasses import asdict
from pathlib import Path

import torch

from repair.architecture import Repair
from repair.config import config_of
from tools.materialise import read_stream, read_tensor
from training.checkpoint import halved, load, widened


def weights_of(network: Repair, about: dict | None = None) -> dict:
    """Half-precision weights and what builds the module for them."""
    return {"config": asdict(network.config), "state": halved(network.state_dict()), "about": about or {}}


def network_of(weights: dict) -> Repair:
    """The networks of such a table, in float32."""
    network = Repair(config_of(weights["config"]))
    network.load_state_dict(widened(weights["state"]))
    return network


def opened(path: Path) -> Repair:
    """The networks of a weights file, or of a packed folder as it ships. Raises OSError or ValueError where it is not whole."""
    if not path.is_dir():
        return network_of(load(path))
    card, table = (json.loads((path / name).read_text()) for name in ("card.json", "tensors.json"))
    stream = read_stream(path)
    network = Repair(config_of({name: card["network"][name] for name in ("restorer", "detector", "time")}))
    state = {}
    for entry in table:
        found, name = torch.from_numpy(read_tensor(entry, stream)), entry["name"]
        # Matrices of graphs are turned round.
        is_turned = ".attention." in name and found.ndim == 2
        state[name] = found.T if is_turned else found
    network.load_state_dict(state)
    return network
