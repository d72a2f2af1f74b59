"""Any form that a colouring model has, as one function from a gray picture to ab: for evaluation.

    ddcolor-pico                  a packed model folder: float32 from its int8 shards, as wasm runs it
    encode.onnx,paint.onnx        an exported pair
    weights.pt                    a checkpoint of training
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ddcolor.architecture import MULTIPLE
from ddcolor.onnx_network import Network, onnx_network
from ddcolor.upsample import guided_ab, picture_of
from ddcolor.weights import network_of
from pictures.resize import resized
from training.checkpoint import load

#: A side is never longer than this many times the size (src/planner/network-size.ts).
LONGEST_SIDE = 2
#: What the network sees where nothing else is said.
SIZE = 256


@dataclass(frozen=True)
class Colouring:
    """A model ready to colour. gain multiplies its ab; size is the side of the square that it wishes to see."""

    name: str
    network: Network
    gain: float = 1.0
    size: int = SIZE

    def picture(self, gray: np.ndarray, size: int | None = None, strength: float = 1.0) -> np.ndarray:
        """Colours a gray picture uint8 [H, W] at its own size, as the app does: uint8 [H, W, 3]."""
        lightness = LIGHTNESS[gray]
        height, width = content_size(*gray.shape, size or self.size)
        guide = resized(lightness, height, width)
        seen = _gray_of_lightness(guide).astype(np.float32)
        padded = np.pad(seen, [(0, -side % MULTIPLE) for side in seen.shape], "reflect")
        ab = np.moveaxis(self.network(padded)[:, :height, :width], 0, -1) * self.gain
        return picture_of(lightness, strength * guided_ab(ab, guide, lightness))


def content_size(height: int, width: int, size: int) -> tuple[int, int]:
    """Rows and columns of what the network sees: an area of size², the aspect kept."""
    scale = min(size / (height * width) ** 0.5, LONGEST_SIDE * size / max(height, width))
    return max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))


def open_colouring(what: str, gain: float | None = None, device: str = "cpu") -> Colouring:
    """Opens a model in any form (see above). Raises ValueError where it is none of them.

    gain: in place of the card's; 1 for what has no card. device: where a checkpoint runs.
    """
    path = Path(what)
    if "," in what:
        encode, paint = (Path(part) for part in what.split(",", 1))
        return Colouring(encode.parent.name, onnx_network(encode, paint), gain or 1.0)
    if (path / "card.json").is_file():
        card = json.loads((path / "card.json").read_text())
        found = card["output"]["chromaGain"] if gain is None else gain
        return Colouring(card["id"], _packed_network(path), found, card["sizes"]["wished"]["auto"])
    if path.is_file():
        return Colouring(path.stem, _torch_network(path, device), gain or 1.0)
    raise ValueError(f"{what} is no packed model folder, no encode.onnx,paint.onnx and no checkpoint")


def _packed_network(folder: Path) -> Network:
    from tools.materialise import materialise

    with tempfile.TemporaryDirectory() as scratch:
        return onnx_network(*(materialise(folder, graph, Path(scratch)) for graph in ("encode", "paint")))


def _torch_network(path: Path, device: str) -> Network:
    network = network_of(load(path)).eval().to(device)

    def run(gray: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            picture = torch.from_numpy(gray)[None, None].expand(-1, 3, -1, -1).to(device)
            return network(picture)[0].float().cpu().numpy()

    return run


def _lightness_of_gray() -> np.ndarray:
    """L* 0–100 of the 256 gray levels."""
    level = np.arange(256) / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return 116 * np.where(light > (6 / 29) ** 3, np.cbrt(light), light * 841 / 108 + 4 / 29) - 16


def _gray_of_lightness(lightness: np.ndarray) -> np.ndarray:
    """sRGB gray 0–1 of L* 0–100."""
    f = (lightness + 16) / 116
    light = np.where(f > 6 / 29, f**3, (f - 4 / 29) * 108 / 841).clip(0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


LIGHTNESS = _lightness_of_gray()
