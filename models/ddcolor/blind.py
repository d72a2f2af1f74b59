"""A blind comparison of two models: pairs to look at without knowing which is which.

    python -m ddcolor.blind A B --photographs historic/ --out blind/
    python -m ddcolor.blind --reveal blind/

The first writes one picture a photograph (the gray one, then both results in random order, without names), `key.json` and
`votes.json`. Put "left", "right" or "same" for each picture into votes.json without opening the key; the second
counts. A and B are models as `ddcolor.colouring` opens them. The pictures are never committed.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

from ddcolor.colouring import Colouring, open_colouring
from ddcolor.evaluate import photographs
from ddcolor.metrics import gray_copy

KEY, VOTES = "key.json", "votes.json"
CHOICES = ("left", "right", "same")
GAP = 12


def write_pairs(models: tuple[Colouring, Colouring], pictures, names: tuple[str, str], out: Path, seed: int) -> None:
    """Writes 01.png, 02.png … of (name, uint8 [H, W, 3]) pictures, the key, and votes to fill in.

    Raises ValueError where `out` has votes already: they are not written over.
    """
    if (out / VOTES).exists():
        raise ValueError(f"{out / VOTES} is there already")
    out.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    key = {}
    for number, (name, original) in enumerate(pictures, 1):
        gray = gray_copy(original)
        order = [0, 1]
        chance.shuffle(order)
        gap = np.full((len(gray), GAP, 3), 32, np.uint8)
        shown = [np.stack([gray] * 3, -1), gap, models[order[0]].picture(gray), gap, models[order[1]].picture(gray)]
        file = f"{number:02}.png"
        Image.fromarray(np.concatenate(shown, 1)).save(out / file)
        key[file] = {"photograph": name, "left": names[order[0]], "right": names[order[1]]}
    (out / KEY).write_text(json.dumps(key, indent=1) + "\n")
    (out / VOTES).write_text(json.dumps(dict.fromkeys(key, ""), indent=1) + "\n")


def reveal(out: Path) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """(photograph, the model preferred or "same") of each, and the count of each answer.

    Raises ValueError for a picture without a vote.
    """
    key, votes = (json.loads((out / name).read_text()) for name in (KEY, VOTES))
    found, counts = [], {}
    for file, entry in key.items():
        vote = votes.get(file)
        if vote not in CHOICES:
            raise ValueError(f"{file} has no vote: put one of {', '.join(CHOICES)} into {out / VOTES}")
        answer = entry.get(vote, "same")
        found.append((entry["photograph"], answer))
        counts[answer] = counts.get(answer, 0) + 1
    return found, counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", help="two models")
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--out", type=Path, default=Path("blind"))
    parser.add_argument("--seed", type=int, help="for the same order again")
    parser.add_argument("--reveal", type=Path, metavar="OUT", help="count the votes of a comparison")
    arguments = parser.parse_args()
    if not arguments.reveal and (len(arguments.models) != 2 or not arguments.photographs):
        parser.error("two models and --photographs, or --reveal")
    try:
        run(arguments)
    except (OSError, ValueError) as error:
        parser.error(str(error))


def run(arguments: argparse.Namespace) -> None:
    """The command, as read. Raises OSError or ValueError where something named is not there or not what it should be."""
    if arguments.reveal:
        found, counts = reveal(arguments.reveal)
        for photograph, answer in found:
            print(f"{answer:32} {photograph}")
        print(", ".join(f"{answer}: {count}" for answer, count in sorted(counts.items())))
        return
    seed = random.SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    names = (arguments.models[0], arguments.models[1])
    first, second = (open_colouring(model) for model in names)
    write_pairs((first, second), photographs(arguments.photographs), names, arguments.out, seed)


if __name__ == "__main__":
    main()
