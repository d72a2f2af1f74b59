"""What candidates are worth on photographs that were not trained on, for claims and for choosing how to sample.

    python -m recolour.evaluate weights.pt --encoder ddcolor-pico --photographs holdout.tar --steps 1 2 4 8 --json o.json
    python -m recolour.evaluate weights.pt --encoder ddcolor-pico --photographs holdout.tar --full --gain 1.13
    python -m recolour.evaluate weights.pt --encoder ddcolor-pico --photographs historic/ --gray --sheet historic.webp

Middle squares of --square pixels. Tables are of a quarter of the size (`recolour.measures`), one for each setting;
with --full ab is brought up as the app does it and compared at the whole size, with the answer times --gain. The sheet
shows gray, the single answer, candidates, and the original but with --gray: photographs without colours of their own.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ddcolor.architecture import DDColor
from ddcolor.upsample import guided_ab, picture_of
from pictures.colour import colourfulness, gray_of_lightness, lab_of_rgb
from pictures.contact_sheet import ContactSheet
from pictures.files import photographs
from recolour.architecture import RecolourHead
from recolour.candidates import Settings, candidates
from recolour.measures import measured
from recolour.seen import cells, look, opened_encoder
from recolour.weights import head_of
from training.checkpoint import load

BATCH = 16
#: Candidates of a photograph that a sheet shows.
SHOWN = 5


def evaluate(
    head: RecolourHead, encoder: DDColor, pictures: list[np.ndarray], settings: Settings, seeds: int
) -> list[dict[str, float]]:
    """One row of measures a photograph, uint8 [S, S, 3], all of one size."""
    rows = []
    for at in range(0, len(pictures), BATCH):
        found = measured(head, encoder, _rgb(pictures[at : at + BATCH], head), settings, seeds)
        table = {name: values.tolist() for name, values in found.items()}
        rows += [dict(zip(table, values)) for values in zip(*table.values())]
    return rows


def evaluate_full(
    head: RecolourHead, encoder: DDColor, pictures: list[np.ndarray], settings: Settings, seeds: int, gain: float
) -> list[dict[str, float]]:
    """The same for what the app shows, at the pictures' own size. Colourfulness is that of sRGB, the mean of all seeds:

    a seed's noise is the same for all photographs, and may be a gray one.
    """
    rows = []
    for picture in pictures:
        rgb = _rgb([picture], head)
        lab = lab_of_rgb(rgb)
        answer, found, lightness = coloured(head, encoder, lab[:, :1], settings, seeds)
        truth = lab[0, 1:].permute(1, 2, 0).cpu().numpy()
        single, *apart = (float(np.hypot(*np.moveaxis(ab - truth, -1, 0)).mean()) for ab in (answer * gain, *found))
        drawn = [picture_of(lightness, ab) for ab in (*found, answer * gain)]
        (*drawn_colour, answer_colour), own = colourfulness(_rgb(drawn, head)).tolist(), colourfulness(rgb).item()
        rows.append({
            "answerDistance": single, "singleDistance": float(np.mean(apart)), "bestDistance": min(apart),
            "nearer": float(min(apart) < single), "colourfulness": float(np.mean(drawn_colour)),
            "answerColourfulness": answer_colour, "originalColourfulness": own,
        })  # fmt: skip
    return rows


def coloured(
    head: RecolourHead, encoder: DDColor, lightness: Tensor, settings: Settings, seeds: int
) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Of a photograph's L* [1, 1, H, W]: the answer's ab [H, W, 2], the candidates' brought up to that, L* [H, W]."""
    seen, answer = look(encoder, lightness, head.chroma_scale)
    found = candidates(head, seen, settings, seeds)[:, 0].permute(0, 2, 3, 1).cpu().numpy()
    guide, whole = (plane[0, 0].double().cpu().numpy() for plane in (cells(lightness), lightness))
    return answer[0].permute(1, 2, 0).cpu().numpy(), [guided_ab(ab, guide, whole) for ab in found], whole


def _rgb(pictures: list[np.ndarray], head: RecolourHead) -> Tensor:
    """[N, 3, S, S] in 0–1, where the head is."""
    device = next(head.parameters()).device
    return torch.from_numpy(np.stack(pictures)).to(device).permute(0, 3, 1, 2).float() / 255


def write_sheet(
    head: RecolourHead, encoder: DDColor, pictures: dict[str, np.ndarray], settings: Settings, gain: float, path: Path,
    shows_original: bool = True,
) -> None:
    """Strips of photographs, by name. Third parties' are never committed."""
    sheet = ContactSheet()
    for name, picture in pictures.items():
        light = lab_of_rgb(_rgb([picture], head))[:, :1]
        answer, found, lightness = coloured(head, encoder, light, settings, SHOWN)
        gray = (gray_of_lightness(light)[0].permute(1, 2, 0) * 255).round().byte().cpu().numpy()
        strip = [picture_of(lightness, ab) for ab in (answer * gain, *found)]
        sheet.add(name, [gray, *strip, *([picture] if shows_original else [])])
    sheet.write(path)


def means(rows: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each measure; and of colourfulness its share of the originals' mean."""
    found = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return found | {"colourfulnessShare": found["colourfulness"] / found["originalColourfulness"]}


def arguments_of(line: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="a head's weights.pt")
    parser.add_argument("--encoder", type=Path, required=True, help="the DDColor that it was trained on")
    parser.add_argument("--photographs", type=Path, required=True, help="a tar or a folder")
    parser.add_argument("--square", type=int, default=256, help="the middle square at so many pixels")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--steps", type=int, nargs="+", default=[4])
    parser.add_argument("--guidance", type=float, nargs="+", default=[1.0])
    parser.add_argument("--shift", type=float, nargs="+", default=[Settings.shift])
    parser.add_argument("--temperature", type=float, nargs="+", default=[1.0])
    parser.add_argument("--candidate-gain", type=float, nargs="+", default=[1.0], help="of the candidates: their card's chromaGain")
    parser.add_argument("--gain", type=float, default=1.0, help="of the single answer with --full and on the sheet: the card's chromaGain")
    parser.add_argument("--full", action="store_true", help="as the app shows it, at the whole size")
    parser.add_argument("--gray", action="store_true", help="the photographs have no colours: only the sheet is made")
    parser.add_argument("--limit", type=int, default=0, help="so many photographs, spread over the names")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", type=Path, help="a contact sheet by the first setting, .webp or .png; never committed")
    return parser.parse_args(line)


def run(arguments: argparse.Namespace) -> None:
    """The command, as read. Raises OSError or ValueError where something named is not there or not what it should be."""
    if arguments.square % 32:
        raise ValueError("--square must be a multiple of 32")
    if arguments.gray and not arguments.sheet:
        raise ValueError("--gray makes nothing without --sheet")
    head = head_of(load(arguments.weights)).eval().to(arguments.device)
    encoder = opened_encoder(arguments.encoder).to(arguments.device)
    pictures = dict(photographs(arguments.photographs, arguments.limit, arguments.square))
    if not pictures:
        raise ValueError(f"no photographs in {arguments.photographs}")
    choices = [
        Settings(steps, guidance, shift, temperature, gain)
        for steps, guidance, shift, temperature, gain in itertools.product(
            arguments.steps, arguments.guidance, arguments.shift, arguments.temperature, arguments.candidate_gain
        )
    ]
    tables = []
    for settings in [] if arguments.gray else choices:
        if arguments.full:
            rows = evaluate_full(head, encoder, list(pictures.values()), settings, arguments.seeds, arguments.gain)
        else:
            rows = evaluate(head, encoder, list(pictures.values()), settings, arguments.seeds)
        named = [{"file": name} | row for name, row in zip(pictures, rows)]
        tables.append({"settings": vars(settings), "mean": means(rows), "rows": named})
        print(f"{settings}, {arguments.seeds} seeds, {len(rows)} photographs")
        for name, value in means(rows).items():
            print(f"  {name:24}{value:10.4f}", flush=True)
    if arguments.sheet:
        write_sheet(head, encoder, pictures, choices[0], arguments.gain, arguments.sheet, not arguments.gray)
    if arguments.json:
        asked = {"square": arguments.square, "seeds": arguments.seeds, "full": arguments.full, "gain": arguments.gain}
        arguments.json.write_text(json.dumps({"asked": asked, "tables": tables}, indent=2) + "\n")


def main() -> None:
    arguments = arguments_of()
    try:
        run(arguments)
    except (OSError, ValueError) as error:
        raise SystemExit(f"recolour.evaluate: {error}") from error


if __name__ == "__main__":
    main()
