"""Files that a run leaves behind, whole or not there, in one or in parts.

    python -m training.checkpoint split weights.pt parts --bytes 15000000
    python -m training.checkpoint join parts weights.pt

Every file is written beside its place and then moved there, so that a run that is cut leaves the last
whole one.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

PART_BYTES = 15_000_000
LIST = "parts.json"


def save(path: Path, value: Any) -> None:
    """torch.save, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(path.suffix + ".writing")
    torch.save(value, beside)
    os.replace(beside, path)


def load(path: Path, device: torch.device | str = "cpu") -> Any:
    """What `save` wrote: tensors, numbers, words, lists and tables, and nothing that runs."""
    return torch.load(path, map_location=device, weights_only=True)


def halved(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A module's state with its floats in half precision."""
    return {name: value.half() if value.is_floating_point() else value for name, value in state.items()}


def widened(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A module's state with its floats in float32."""
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def split(path: Path, folder: Path, part_bytes: int = PART_BYTES) -> list[Path]:
    """Writes a file as numbered parts and, last, their list with SHA-256; returns all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    data = path.read_bytes()
    pieces = [data[at : at + part_bytes] for at in range(0, len(data), part_bytes)]
    written = []
    for number, piece in enumerate(pieces):
        written.append(folder / f"{path.stem}-{number}.part")
        written[-1].write_bytes(piece)
    for old in set(folder.glob(f"{path.stem}-*.part")) - set(written):
        old.unlink()
    named = [{"file": p.name, "bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for p, d in zip(written, pieces)]
    (folder / LIST).write_text(json.dumps(named, indent=1) + "\n")
    return [*written, folder / LIST]


def join(folder: Path, path: Path) -> None:
    """Puts parts together again. Raises ValueError where one is missing or damaged."""
    whole = bytearray()
    for part in json.loads((folder / LIST).read_text()):
        place = folder / part["file"]
        data = place.read_bytes() if place.exists() else b""
        if hashlib.sha256(data).hexdigest() != part["sha256"]:
            raise ValueError(f"{place} is missing or damaged")
        whole += data
    path.write_bytes(whole)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("split", "join"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--bytes", type=int, default=PART_BYTES, help="most bytes of a part")
    arguments = parser.parse_args()
    if arguments.action == "split":
        split(arguments.source, arguments.target, arguments.bytes)
    else:
        join(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
