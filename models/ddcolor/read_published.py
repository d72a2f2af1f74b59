"""Reads a published DDColor checkpoint: .pth, pytorch_model.bin or .safetensors. No code in a file is ever run."""

import pickle
from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from ddcolor.published import PublishedConfig, PublishedDDColor
from tools.pack import EXTERNAL_ELEMENTS

State = dict[str, Tensor]

# Where training scripts put the weights; at the root in files made for inference.
ROOMS = ("params", "params_ema", "state_dict", "model")
MARK = "encoder.arch.norm0.weight"
# In a published file and of no use here, so that a file without them is as good.
DISPENSABLE = ("num_batches_tracked", "encoder.arch.norm.weight", "encoder.arch.norm.bias", "mean", "std")
# Of every published network, and all that the app's kernels take: queries in 8 heads of 32 channels, which no
# weight's shape tells; channels by fours, of which the decoder halves its own; and as many as leave the graphs.
HIDDEN, HEADS = 256, 8
CHANNELS, WIDTH = 4, 8
SPECTRAL = (".weight_orig", ".weight_u", ".weight_v")


class CheckpointError(ValueError):
    """A file that holds no published DDColor; the message says to its owner what is wrong."""


def read_published(path: Path) -> tuple[PublishedConfig, State]:
    """The sizes of a checkpoint and its weights in float32, by their published names.

    Raises CheckpointError for a file that is damaged, holds code, or is of another network.
    """
    state = _weights_in(_load(path), path)
    config = config_of(state)
    _check_shapes(config, state)
    for name, value in state.items():
        if not torch.isfinite(value).all():
            raise CheckpointError(f"{path.name} is damaged: {name} holds values that are no numbers")
    return config, {name: value.float() for name, value in state.items()}


def _load(path: Path) -> object:
    if not path.is_file():
        raise CheckpointError(f"there is no file {path}")
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except safetensors.SafetensorError as error:
        raise CheckpointError(f"{path.name} is damaged, or no safetensors file: {error}") from error
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path.name} is no checkpoint, or holds more than weights (a whole model, or code). It was not run. "
            "A file of weights alone is needed, as torch.save(model.state_dict(), …) writes it"
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise CheckpointError(f"{path.name} is damaged or no checkpoint of PyTorch: {error}") from error


def _weights_in(found: object, path: Path) -> State:
    """The room of a checkpoint that holds a DDColor, tensors only."""
    rooms = [found] + [found.get(room) for room in ROOMS if isinstance(found, Mapping)]
    for room in rooms:
        if isinstance(room, Mapping) and MARK in room:
            return {name: value for name, value in room.items() if isinstance(value, Tensor)}
    what = "nothing that has names"
    if isinstance(found, Mapping):
        largest = max((room for room in rooms if isinstance(room, Mapping)), key=len)
        what = ", ".join(str(name) for name in list(largest)[:3]) or "nothing"
    raise CheckpointError(f"{path.name} is not of a DDColor: it has no {MARK}. It begins with {what}")


def config_of(state: Mapping[str, Tensor]) -> PublishedConfig:
    """The sizes that a checkpoint's shapes tell. Raises CheckpointError naming what is missing."""
    decoder = "decoder.color_decoder"

    def side(name: str, axis: int = 0) -> int:
        if name not in state:
            raise CheckpointError(_of_another_network(name))
        if state[name].dim() <= axis:
            raise CheckpointError(f"{name} has {state[name].dim()} sides, too few")
        return state[name].shape[axis]

    def count(pattern: str) -> int:
        found = 0
        while pattern.format(found) in state:
            found += 1
        if found == 0:
            raise CheckpointError(_of_another_network(pattern.format(0)))
        return found

    config = PublishedConfig(
        depths=tuple(count(f"encoder.arch.stages.{i}.{{}}.gamma") for i in range(4)),
        dims=tuple(side(f"encoder.arch.norm{i}.weight") for i in range(4)),
        width=side("decoder.layers.0.conv.2.weight"),
        queries=side(f"{decoder}.query_feat.weight"),
        layers=count(f"{decoder}.transformer_ffn_layers.{{}}.linear1.weight"),
        hidden=side(f"{decoder}.query_feat.weight", 1),
        heads=HEADS,
        feedforward=side(f"{decoder}.transformer_ffn_layers.0.linear1.weight"),
    )
    if config.hidden != HIDDEN:
        raise CheckpointError(f"its queries have {config.hidden} channels and not {HIDDEN}, which the app needs")
    for channels, step in [(each, CHANNELS) for each in (*config.dims, config.feedforward)] + [(config.width, WIDTH)]:
        if channels % step or channels < EXTERNAL_ELEMENTS:
            raise CheckpointError(f"it has layers of {channels} channels, which the app does not take")
    return config


def _of_another_network(name: str) -> str:
    if name.startswith("decoder.color_decoder") and "query_feat" in name:
        return f"it has no {name}: the variant with a single colour decoder is not supported, or it is no DDColor"
    return f"it has no {name}, which every published DDColor has"


def _check_shapes(config: PublishedConfig, state: State) -> None:
    """Every weight is there in the shape that the others make it have."""
    with torch.device("meta"):
        expected = {name: tuple(value.shape) for name, value in PublishedDDColor(config).state_dict().items()}
    missing = []
    for name, shape in expected.items():
        stem = name.removesuffix("_orig")
        if name not in state and any(name.endswith(end) for end in SPECTRAL) and _plain(name) in state:
            # Somebody folded this spectral norm already.
            name, shape = _plain(name), shape if stem != name else None
        if name not in state:
            if not name.endswith(DISPENSABLE):
                missing.append(name)
        elif shape is not None and tuple(state[name].shape) != shape:
            found = "×".join(map(str, state[name].shape))
            raise CheckpointError(f"{name} is {found} and not {'×'.join(map(str, shape))}, as the other weights ask")
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise CheckpointError(f"{len(missing)} of {len(expected)} weights are missing: {', '.join(missing[:3])}{more}")


def _plain(name: str) -> str:
    """'….weight_u' → '….weight'."""
    return name.rpartition(".")[0] + ".weight"


def unknown_names(config: PublishedConfig, state: State) -> list[str]:
    """Names that no DDColor of this size has. The published loader ignores them, and so does the converter."""
    with torch.device("meta"):
        expected = set(PublishedDDColor(config).state_dict())
    return sorted(set(state) - expected - {_plain(name) for name in expected if name.endswith(".weight_orig")})
