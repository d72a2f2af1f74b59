"""A head as a table that `training.checkpoint` keeps."""

from dataclasses import asdict

from recolour.architecture import RecolourHead
from recolour.config import RecolourConfig
from training.checkpoint import halved, widened


def weights_of(head: RecolourHead, about: dict | None = None) -> dict:
    """Half-precision weights and what builds the module for them."""
    state = halved(head.state_dict())
    return {"config": asdict(head.config), "chromaScale": head.chroma_scale, "state": state, "about": about or {}}


def head_of(weights: dict) -> RecolourHead:
    """The head of such a table, in float32."""
    head = RecolourHead(RecolourConfig(**weights["config"]), weights["chromaScale"])
    head.load_state_dict(widened(weights["state"]))
    return head
