"""Photographs to look at, beside their results. A sheet of third parties' photographs is never committed: one of drawn scenes is."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

HEIGHTS = (280, 200, 140, 100, 70)
WIDTH = 1800
#: WebP ends at 16,383.
MOST_HEIGHT = 16_000
GAP, CAPTION = 6, 18


class ContactSheet:
    """Strips of pictures side by side (gray, result, original), in lines."""

    def __init__(self) -> None:
        self.strips: list[tuple[str, list[Image.Image]]] = []

    def add(self, caption: str, pictures: list[np.ndarray]) -> None:
        """pictures: uint8 [H, W, 3], kept no larger than the sheet shows them."""
        images = [Image.fromarray(picture) for picture in pictures]
        height = HEIGHTS[0]
        small = [i.resize((max(1, round(i.width * height / i.height)), height), Image.Resampling.LANCZOS) for i in images]
        self.strips.append((caption, small))

    def write(self, path: Path) -> None:
        """Writes the sheet by its name's ending. Raises ValueError where there are too many photographs for one."""
        for height in HEIGHTS:
            scale = height / HEIGHTS[0]
            lines = self._lines(scale)
            is_cut = any(_width(images, scale) > WIDTH for _, images in self.strips) and height > HEIGHTS[-1]
            if not is_cut and len(lines) * (height + CAPTION + GAP) <= MOST_HEIGHT:
                return self._draw(lines, height).save(path, quality=90)
        raise ValueError("too many photographs for one contact sheet: take fewer (--limit)")

    def _lines(self, scale: float) -> list[list[tuple[str, list[Image.Image]]]]:
        lines, left = [[]], GAP
        for strip in self.strips:
            width = _width(strip[1], scale)
            if left + width > WIDTH and lines[-1]:
                lines.append([])
                left = GAP
            lines[-1].append(strip)
            left += width
        return lines

    @staticmethod
    def _draw(lines: list, height: int) -> Image.Image:
        sheet = Image.new("RGB", (WIDTH, len(lines) * (height + CAPTION + GAP) + GAP), "#222")
        pen = ImageDraw.Draw(sheet)
        for row, line in enumerate(lines):
            left, top = GAP, GAP + row * (height + CAPTION + GAP)
            for caption, images in line:
                pen.text((left, top + height + 2), caption, "#ddd")
                for image in images:
                    shown = image.resize((max(1, round(image.width * height / image.height)), height))
                    sheet.paste(shown, (left, top))
                    left += shown.width + GAP
                left += GAP
        return sheet


def _width(images: list[Image.Image], scale: float) -> float:
    """What a strip takes, with the gap before the next."""
    return sum(image.width * scale + GAP for image in images) + GAP
