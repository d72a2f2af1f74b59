"""How well models give photographs their colours back: the same measures as `npm run evaluate`, without a browser.

    python -m ddcolor.evaluate ddcolor-pico --photographs holdout.tar --square 256 --perceptual net.onnx
    python -m ddcolor.evaluate weights.pt --photographs holdout-large.tar --json weights.json --against v0.json
    python -m ddcolor.evaluate encode.onnx,paint.onnx --photographs historic/ --sheet historic.webp

A model is a packed folder, an exported pair or a checkpoint (`ddcolor.colouring`). Each photograph is
made gray, coloured, brought up and reduced to sRGB as the app does it, and compared at its own size, or
as its middle square of --square pixels. The JSON is that of `npm run evaluate`: either reads the other's.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ddcolor.colouring import Colouring, content_size, open_colouring
from ddcolor.metrics import COARSE, gray_copy, gray_measures, is_colour, measures
from pictures.contact_sheet import ContactSheet
from pictures.files import photographs
from pictures.resize import resized
from training.perceptual import Perceptual

#: Of each measure: whether more is better, less, or what is nearer to nought; None for neither.
BETTER = {
    **{"psnr": "more", "chromaSsim": "more", "colourfulness": None, "colourfulnessDifference": "nearer 0"},
    **{"abDistance": "less", "deltaE2000": "less", "perceptual": "less"},
}


def evaluate(
    model: Colouring,
    pictures: Iterator[tuple[str, np.ndarray]],
    frozen: Perceptual | None = None,
    size: int | None = None,
    strength: float = 1.0,
    sheet: ContactSheet | None = None,
) -> list[dict]:
    """One row a photograph, as `npm run evaluate` writes them."""
    rows = []
    for name, original in pictures:
        gray = gray_copy(original)
        result = model.picture(gray, size, strength)
        has_colours = is_colour(np.floor(resized(original, COARSE, COARSE) + 0.5).astype(np.uint8))
        if sheet is not None:
            sheet.add(name, [np.stack([gray] * 3, -1), result] + ([original] if has_colours else []))
        height, width = gray.shape
        seen = content_size(height, width, size or model.size)
        rows.append({
            **{"file": name, "width": width, "height": height},
            "plan": {"model": model.name, "size": size or model.size, "contentWidth": seen[1], "contentHeight": seen[0]},
            "measures": measures(original, result, frozen) if has_colours else None,
            "grayMeasures": None if has_colours else gray_measures(result),
        })  # fmt: skip
    return rows


def means(rows: list[dict], kind: str = "measures") -> dict[str, float] | None:
    """The mean of each measure over the rows that have it."""
    found = [row[kind] for row in rows if row[kind]]
    return {key: float(np.mean([one[key] for one in found])) for key in found[0]} if found else None


def compare(rows: list[dict], others: list[dict]) -> dict[str, tuple[float, float, int | None, int]]:
    """Rows less others, paired by file: mean difference, its standard error, in how many better, of how many."""
    theirs = {row["file"]: row["measures"] for row in others}
    pairs = [(row["measures"], theirs.get(row["file"])) for row in rows]
    pairs = [(one, other) for one, other in pairs if one and other]
    found = {}
    for key, better in BETTER.items():
        values = np.array([(one[key], other[key]) for one, other in pairs if key in one and key in other])
        if not len(values):
            continue
        difference = values[:, 0] - values[:, 1]
        error = difference.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else 0.0
        wins = {
            "more": difference > 0, "less": difference < 0, "nearer 0": abs(values[:, 0]) < abs(values[:, 1]),
        }.get(better)  # fmt: skip
        found[key] = (float(difference.mean()), float(error), None if wins is None else int(wins.sum()), len(values))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a packed folder, encode.onnx,paint.onnx or a checkpoint")
    parser.add_argument("--photographs", type=Path, required=True, help="a tar or a folder")
    parser.add_argument("--square", type=int, help="the middle square at so many pixels")
    parser.add_argument("--size", type=int, help="what the network sees (default: the card's wish, or 256)")
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--gain", type=float, help="in place of the card's")
    parser.add_argument("--device", default="cpu", help="where a checkpoint runs")
    parser.add_argument("--perceptual", type=Path, help="an ONNX network whose outputs are feature maps")
    parser.add_argument("--limit", type=int, default=0, help="so many photographs, spread over the names")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--against", type=Path, help="such a JSON, compared pair by pair")
    parser.add_argument("--sheet", type=Path, help="a contact sheet, .webp or .png; never committed")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (OSError, ValueError) as error:
        parser.error(str(error))


def run(arguments: argparse.Namespace) -> None:
    """The command, as read. Raises OSError or ValueError where something named is not there or not what it should be."""
    model = open_colouring(arguments.model, arguments.gain, arguments.device)
    frozen = Perceptual(arguments.perceptual).eval() if arguments.perceptual else None
    sheet = ContactSheet() if arguments.sheet else None
    pictures = photographs(arguments.photographs, arguments.limit, arguments.square)
    rows = evaluate(model, pictures, frozen, arguments.size, arguments.strength, sheet)
    for kind in ("measures", "grayMeasures"):
        for key, value in (means(rows, kind) or {}).items():
            print(f"{key:26}{value:10.4f}")
    print(f"{len(rows)} photographs" + ("" if frozen else "; no perceptual distance without --perceptual"))
    if sheet:
        sheet.write(arguments.sheet)
    if arguments.json:
        settings = {
            "measuredBy": "ddcolor.evaluate", "model": model.name, "square": arguments.square,
            "strength": arguments.strength, "size": arguments.size or model.size, "gain": model.gain,
            "perceptual": arguments.perceptual and hashlib.sha256(arguments.perceptual.read_bytes()).hexdigest(),
        }  # fmt: skip
        found = {"settings": settings, "mean": means(rows), "grayMean": means(rows, "grayMeasures"), "rows": rows}
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")
    if arguments.against:
        others = json.loads(arguments.against.read_text())["rows"]
        for key, (difference, error, wins, count) in compare(rows, others).items():
            better = "" if wins is None else f"   better in {wins} of {count}"
            print(f"{key:26}{difference:+10.4f} ± {error:.4f}{better}")


if __name__ == "__main__":
    main()
