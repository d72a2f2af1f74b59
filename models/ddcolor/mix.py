"""The mean of several networks' weights, which is better than each where all were trained from one start (arXiv 2203.05482).

    python -m ddcolor.mix 0.6=gentle.pt 0.2=fast.pt 0.2=ddcolor-pico --out weights.pt

Shares are of 1. A network is a weights.pt or a packed model folder.
"""

import argparse
from pathlib import Path

import torch

from ddcolor.architecture import DDColor
from ddcolor.warm_start import network_of_folder
from ddcolor.weights import network_of, weights_of
from training.checkpoint import load, save

#: Shares may be rounded by so much.
TOLERANCE = 1e-6


@torch.no_grad()
def mixed(parts: list[tuple[float, DDColor]]) -> DDColor:
    """A network whose weights are the weighted mean of theirs; what is counted, not weighted, is the first one's.

    Raises ValueError where the shares are not of 1 or the networks not of one kind.
    """
    first = parts[0][1]
    if any((one.config, one.chroma_scale) != (first.config, first.chroma_scale) for _, one in parts):
        raise ValueError("only networks of the same sizes and chroma scale have a mean")
    if abs(sum(share for share, _ in parts) - 1) > TOLERANCE:
        raise ValueError("the shares must make 1 together")
    states = [(share, one.state_dict()) for share, one in parts]
    mean = {
        name: sum(share * state[name] for share, state in states) if value.is_floating_point() else value
        for name, value in first.state_dict().items()
    }
    network = DDColor(first.config, first.chroma_scale)
    network.load_state_dict(mean)
    return network


def part(text: str) -> tuple[float, Path]:
    """`0.6=weights.pt`, as argparse reads it."""
    share, _, place = text.partition("=")
    if not place:
        raise argparse.ArgumentTypeError(f"{text} is not SHARE=NETWORK")
    return float(share), Path(place)


def main(line: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", type=part, nargs="+", metavar="SHARE=NETWORK")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args(line)
    try:
        parts = [
            (share, network_of(load(place)) if place.is_file() else network_of_folder(place))
            for share, place in arguments.parts
        ]
        network = mixed(parts)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    save(arguments.out, weights_of(network, {"mixed": [f"{share:g}={place.name}" for share, place in arguments.parts]}))


if __name__ == "__main__":
    main()
