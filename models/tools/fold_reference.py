"""Writes what the unfolded network gives on a drawn picture, to hold the shipped graphs against.

    python -m tools.fold_reference --model ddcolor-pico --out ../test/fixtures/fold

The shipped weights (int8 and fp16, restored) are put into the PyTorch module of the architecture and
the tail is computed as published: the feature map and every query map at full size.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch

from ddcolor.architecture import published_forward
from ddcolor.onnx_network import onnx_network
from ddcolor.warm_start import network_of_folder
from tools.materialise import materialise

# side of the picture, type of the file's numbers
WANTED = ((64, "f32"), (256, "f16"))


def drawn_picture(side):
    """gray8 [side, side]: sky, sun, hill, house and stripes, in whole numbers only. See README.md."""
    y, x = np.mgrid[0:side, 0:side].astype(np.int64) * 256 // side
    gray = 220 - y // 3 + (x * 5 + y * 3) % 11
    gray = np.where((x - 196) ** 2 + (y - 48) ** 2 < 784, 250, gray)
    hill = y * 2 > 300 - (x * (255 - x)) // 150
    gray = np.where(hill, 96 + (x * 7 ^ y * 13) % 23 - y // 16, gray)
    house = (x >= 40) & (x < 112) & (y >= 112) & (y < 208)
    gray = np.where(house, 150 + (x // 8 + y // 8) % 2 * 24, gray)
    gray = np.where((x - 168) ** 2 + (y - 176) ** 2 * 2 < 1800, 60 + (x + y) // 4 % 4 * 20, gray)
    gray = np.where(y >= 232, 40 + x // 16 % 2 * 150, gray)
    return np.clip(gray, 0, 255).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    network = network_of_folder(arguments.model).eval()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        graphs = [materialise(arguments.model, name, Path(scratch)) for name in ("encode", "paint")]
        shipped = onnx_network(*graphs)
        for side, kind in WANTED:
            gray = drawn_picture(side).astype(np.float32) / 255
            with torch.no_grad():
                ab = published_forward(network, torch.from_numpy(gray)[None, None].repeat(1, 3, 1, 1)).numpy()
            stored = ab.astype("<f4" if kind == "f32" else "<f2")
            (arguments.out / f"ab-{side}.{kind}").write_bytes(stored.tobytes())
            difference = np.abs(shipped(gray) - ab).max()
            rounding = np.abs(stored.astype(np.float32) - ab).max()
            print(f"{side}: ab {ab.min():.2f}…{ab.max():.2f}, fold differs by {difference:.2e}, rounding {rounding:.2e}")


if __name__ == "__main__":
    main()
