"""Makes a tiny repair model of random weights, with which the app's own networks are held against its graphs.

    python -m repair.probe_fixture --out ../test/fixtures/repair
"""

import argparse
import tempfile
from pathlib import Path

import torch

from repair.architecture import Repair
from repair.config import VARIANTS
from repair.export import about_of, export, packed

ABOUT = Path(__file__).parents[1] / "repair-small/about.toml"


def probe(seed: int) -> Repair:
    """The probe variant, every weight random, those too that training begins with at nought."""
    torch.manual_seed(seed)
    network = Repair(VARIANTS["probe"])
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, 0, 0.1)
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    network, about = probe(5), about_of(ABOUT, None)
    about["card"] |= {"id": "repair-probe", "name": "Repair probe"}
    with tempfile.TemporaryDirectory() as folder:
        graphs = Path(folder)
        export(network, graphs)
        print(packed(network, graphs, arguments.out, about))


if __name__ == "__main__":
    main()
