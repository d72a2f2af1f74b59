"""Draws scenes of known colours, for contact sheets that may be shown: no photograph is in them.

    python -m pictures.scenes ../runs/scenes

What networks make of drawings says little of what they make of photographs: a sheet of them shows casts,
stains and edges, and whether sky, grass and skin are known at all.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 480, 360
#: Scenes are drawn at this many times their size and reduced, so that edges are those of a lens.
FINER = 3
GRAIN = 4.0

Pen = ImageDraw.ImageDraw


def slope(top: tuple[int, int, int], low: tuple[int, int, int]) -> np.ndarray:
    """One colour that becomes another from top to bottom: [HEIGHT, WIDTH, 3]."""
    share = np.linspace(0, 1, HEIGHT)[:, None, None]
    return np.broadcast_to((1 - share) * np.array(top) + share * np.array(low), (HEIGHT, WIDTH, 3)).copy()


def texture(random: np.random.Generator, fineness: int) -> np.ndarray:
    """A smooth random field about 0, of standard deviation 1: [HEIGHT, WIDTH, 1]."""
    coarse = random.normal(0, 1, (HEIGHT // fineness + 2, WIDTH // fineness + 2)).astype(np.float32)
    field = np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    return ((field - field.mean()) / field.std())[..., None]


def meadow(random: np.random.Generator, picture: np.ndarray) -> Callable[[Pen], None]:
    picture[:] = slope((92, 146, 210), (196, 218, 238))
    picture[200:] = slope((98, 142, 62), (70, 112, 44))[200:] * (1 + 0.12 * texture(random, 4)[200:])

    def draw(pen: Pen) -> None:
        pen.ellipse((300, 60, 430, 190), (54, 96, 46))
        pen.rectangle((355, 170, 375, 235), (92, 66, 44))
        pen.polygon([(60, 205), (60, 130), (115, 90), (170, 130), (170, 205)], (164, 82, 62))
        pen.polygon([(50, 134), (115, 86), (180, 134)], (96, 60, 52))
        pen.rectangle((100, 160, 128, 205), (52, 78, 112))

    return draw


def coast(random: np.random.Generator, picture: np.ndarray) -> Callable[[Pen], None]:
    picture[:] = slope((110, 160, 214), (214, 226, 236))
    picture[170:270] = slope((44, 104, 142), (70, 132, 158))[170:270] * (1 + 0.08 * texture(random, 3)[170:270])
    picture[270:] = slope((214, 190, 146), (196, 170, 126))[270:] * (1 + 0.05 * texture(random, 2)[270:])

    def draw(pen: Pen) -> None:
        pen.polygon([(250, 190), (380, 190), (360, 215), (268, 215)], (122, 74, 48))
        pen.polygon([(312, 70), (312, 186), (386, 186)], (236, 232, 222))
        pen.polygon([(304, 92), (304, 186), (262, 186)], (226, 220, 208))

    return draw


def portrait(random: np.random.Generator, picture: np.ndarray) -> Callable[[Pen], None]:
    picture[:] = slope((96, 88, 76), (70, 64, 56)) * (1 + 0.1 * texture(random, 40))

    def draw(pen: Pen) -> None:
        pen.ellipse((160, 40, 320, 240), (72, 48, 34))
        pen.polygon([(90, 360), (130, 262), (200, 236), (280, 236), (350, 262), (390, 360)], (58, 66, 96))
        pen.polygon([(214, 220), (266, 220), (272, 262), (240, 290), (208, 262)], (216, 166, 138))
        pen.ellipse((182, 66, 298, 232), (226, 178, 150))
        for x in (214, 266):
            pen.ellipse((x - 13, 134, x + 13, 148), (240, 238, 232))
            pen.ellipse((x - 6, 134, x + 6, 148), (74, 96, 110))
            pen.line((x - 16, 124, x + 16, 122), (70, 48, 36), 4)
        pen.polygon([(238, 148), (230, 182), (250, 182)], (206, 154, 128))
        pen.ellipse((216, 194, 264, 208), (178, 88, 84))

    return draw


def street(random: np.random.Generator, picture: np.ndarray) -> Callable[[Pen], None]:
    picture[:] = slope((168, 190, 212), (206, 212, 214))
    picture[270:] = slope((132, 126, 118), (112, 106, 100))[270:] * (1 + 0.07 * texture(random, 3)[270:])

    def draw(pen: Pen) -> None:
        walls = ((0, (152, 84, 64)), (120, (196, 182, 154)), (250, (128, 92, 74)), (370, (182, 160, 132)))
        for (left, wall), top in zip(walls, (60, 100, 40, 84)):
            pen.rectangle((left, top, left + 118, 274), wall)
            for y in range(top + 22, 240, 52):
                for x in (left + 18, left + 70):
                    pen.rectangle((x, y, x + 28, y + 34), (62, 74, 86))
        for x, coat in ((90, (44, 44, 52)), (220, (120, 42, 46)), (330, (64, 60, 50))):
            pen.ellipse((x - 9, 214, x + 9, 234), (220, 174, 146))
            pen.polygon([(x - 20, 312), (x - 13, 236), (x + 13, 236), (x + 20, 312)], coat)

    return draw


def fruit(random: np.random.Generator, picture: np.ndarray) -> Callable[[Pen], None]:
    picture[:] = slope((84, 74, 62), (110, 96, 80)) * (1 + 0.06 * texture(random, 30))
    picture[230:] = slope((148, 108, 70), (116, 80, 50))[230:] * (1 + 0.06 * texture(random, 6)[230:])

    def draw(pen: Pen) -> None:
        pen.ellipse((80, 190, 400, 300), (226, 222, 212))
        pen.ellipse((108, 200, 372, 284), (208, 204, 196))
        for x, y, skin in ((150, 170, (196, 44, 40)), (225, 158, (226, 132, 36)), (300, 172, (118, 158, 54))):
            pen.ellipse((x - 46, y - 44, x + 46, y + 52), skin)
            pen.ellipse((x - 26, y - 30, x - 4, y - 10), tuple(min(255, level + 46) for level in skin))
        pen.line((150, 130, 156, 108), (82, 60, 38), 5)

    return draw


def evening(random: np.random.Generator, picture: np.ndarray) -> Callable[[Pen], None]:
    picture[:] = slope((62, 74, 122), (246, 168, 96))
    picture[240:] = slope((168, 122, 96), (52, 58, 82))[240:] * (1 + 0.06 * texture(random, 3)[240:])

    def draw(pen: Pen) -> None:
        pen.polygon([(0, 244), (0, 190), (90, 150), (190, 214), (280, 176), (400, 222), (480, 196), (480, 244)], (46, 50, 62))
        pen.ellipse((330, 120, 374, 164), (255, 226, 150))

    return draw


SCENES = {scene.__name__: scene for scene in (meadow, coast, portrait, street, fruit, evening)}


def drawn(name: str) -> np.ndarray:
    """One of SCENES, uint8 RGB [360, 480, 3]; the same every time."""
    random = np.random.default_rng(list(SCENES).index(name))
    ground = np.zeros((HEIGHT, WIDTH, 3))
    draw = SCENES[name](random, ground)
    image = Image.fromarray(ground.clip(0, 255).astype(np.uint8)).resize((WIDTH * FINER, HEIGHT * FINER), Image.Resampling.BICUBIC)
    draw(Scaled(image))
    image = image.filter(ImageFilter.GaussianBlur(1.2 * FINER)).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    # Light from one side, and grain: what is flat looks like no photograph at all.
    light = np.linspace(1.08, 0.9, WIDTH)[None, :, None] + 0.03 * texture(random, 60)
    grain = random.normal(0, GRAIN, (HEIGHT, WIDTH, 1))
    return (np.asarray(image) * light + grain).round().clip(0, 255).astype(np.uint8)


class Scaled:
    """A pen whose places are those of the scene at its own size."""

    def __init__(self, image: Image.Image) -> None:
        self._pen = ImageDraw.Draw(image)

    def __getattr__(self, shape: str) -> Callable:
        def draw(places, colour, width: int = 0) -> None:
            flat = [tuple(FINER * n for n in place) if isinstance(place, tuple) else FINER * place for place in places]
            getattr(self._pen, shape)(flat, fill=colour, **({"width": FINER * width} if width else {}))

        return draw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        Image.fromarray(drawn(name)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
