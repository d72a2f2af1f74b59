"""Writes test/fixtures/recolour: a small head of random weights as it is packed, for tests of what runs in a browser.

    python -m recolour.fixtures --out ../test/fixtures/recolour

The weights are random, so nobody's are in the repository: no colouring of it means anything.
"""

import argparse
import tempfile
from pathlib import Path

import torch

from recolour.architecture import RecolourHead
from recolour.config import RecolourConfig
from recolour.export import export
from recolour.packing import packed

#: Every part once, as few channels as the kernels take; enough of them for int8 in the products that are deep.
SMALL = RecolourConfig(8, (8, 12, 32), (1, 1, 1), (1, 1, 1), attentions=1, embedding=88)
#: Of what training leaves at zero, random too: a test must see each part.
DEVIATION = 0.1
ABOUT = {
    "card": {
        "id": "recolour-random",
        "name": "Random",
        "task": "recolour",
        "summary": "Random weights, for tests.",
        "architecture": "models/recolour",
        "licence": "MIT",
        "source": "A random generator.",
        "trainingData": "None.",
        "weaknesses": [],
    },
    "sampling": {
        "draft": {"steps": 2, "temperature": 1.0},
        "final": {"steps": 3, "temperature": 0.9},
        "shift": 3.0,
        "vividness": 1.5,
    },
    "output": {"chromaGain": 1.25},
}
#: Tests put the name of an encoder of their own in its place.
NOBODY = {"id": "nobody", "shards": ["0" * 64]}


def random_head() -> RecolourHead:
    """The same on every machine."""
    torch.manual_seed(5)
    head = RecolourHead(SMALL, 16.0)
    with torch.no_grad():
        for parameter in head.parameters():
            if not parameter.any():
                parameter.normal_(std=DEVIATION)
            parameter.copy_(parameter.half())
    return head.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        head = random_head()
        export(head, Path(folder))
        print(packed(head, Path(folder), arguments.out, ABOUT, NOBODY))


if __name__ == "__main__":
    main()
