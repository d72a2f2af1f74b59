"""A network as a table that `training.checkpoint` keeps."""

from dataclasses import asdict

from ddcolor.architecture import DDColor
from ddcolor.config import DDColorConfig
from training.checkpoint import halved, widened


def weights_of(network: DDColor, about: dict | None = None) -> dict:
    """Half-precision weights and what builds the module for them."""
    state = halved(network.state_dict())
    return {"config": asdict(network.config), "chromaScale": network.chroma_scale, "state": state, "about": about or {}}


def network_of(weights: dict, drop_path: float = 0.0) -> DDColor:
    """The network of such a table, in float32."""
    network = DDColor(DDColorConfig(**weights["config"]), weights["chromaScale"], drop_path)
    network.load_state_dict(widened(weights["state"]))
    return network
