"""The two networks as a table that `training.checkpoint` keeps."""

from dataclasses import asdict

from repair.architecture import Repair
from repair.config import config_of
from training.checkpoint import halved, widened


def weights_of(network: Repair, about: dict | None = None) -> dict:
    """Half-precision weights and what builds the module for them."""
    return {"config": asdict(network.config), "state": halved(network.state_dict()), "about": about or {}}


def network_of(weights: dict) -> Repair:
    """The networks of such a table, in float32."""
    network = Repair(config_of(weights["config"]))
    network.load_state_dict(widened(weights["state"]))
    return network
