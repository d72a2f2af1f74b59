"""Damage for evaluation, drawn on the processor with fixed seeds: thin scratches, blobs and tears over 1–10 % of a picture.

Made apart from the training's (damage.py) and sharing no code with it, so that what is measured is not
how well the training's own drawing was learnt.
"""

import numpy as np
from PIL import Image, ImageDraw

LEAST_AREA, MOST_AREA = 0.01, 0.10
#: How often each kind is the next to be drawn.
OFTEN = {"scratch": 0.55, "blob": 0.25, "tear": 0.2}


def damaged_copy(gray: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A damaged copy of gray uint8 [H, W], and bool [H, W]: where. The same for the same seed and size.

    Damage is drawn until it covers a share that the seed chose between 1 and 10 %, and never over more.
    Outside the mask the copy is the original.
    """
    random = np.random.default_rng(seed)
    height, width = gray.shape
    wanted = random.uniform(LEAST_AREA, MOST_AREA * 0.9)
    picture, lost = gray.astype(np.float32), np.zeros(gray.shape, bool)
    for _ in range(400):
        if lost.mean() >= wanted:
            break
        kind = random.choice(list(OFTEN), p=list(OFTEN.values()))
        shape = SHAPES[kind](random, width, height)
        if (lost | shape).mean() > MOST_AREA:
            continue
        picture = np.where(shape, filling(random, kind, gray.shape), picture)
        lost |= shape
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8), lost


def filling(random: np.random.Generator, kind: str, shape: tuple[int, int]) -> np.ndarray:
    """Levels 0–255 of what is seen in place of the picture."""
    is_light = random.random() < (0.5 if kind == "blob" else 0.75)
    level = random.uniform(195, 250) if is_light else random.uniform(5, 70)
    return level + random.normal(0, random.uniform(1, 9), shape)


def scratch(random: np.random.Generator, width: int, height: int) -> np.ndarray:
    """A walk of straight pieces that hardly turns, 1 to 3 pixels wide."""
    place = random.uniform(0, 1, 2) * (width, height)
    heading, points = random.uniform(0, 2 * np.pi), []
    for _ in range(random.integers(4, 30)):
        points.append(tuple(place))
        heading += random.normal(0, 0.08)
        place = place + random.uniform(4, 14) * np.array([np.cos(heading), np.sin(heading)])
    return drawn(width, height, lambda pen: pen.line(points, fill=1, width=int(random.integers(1, 4)), joint="curve"))


def blob(random: np.random.Generator, width: int, height: int) -> np.ndarray:
    """A few overlapping ellipses."""
    middle = random.uniform(0, 1, 2) * (width, height)
    size = min(width, height) * random.uniform(0.01, 0.07)
    ovals = []
    for _ in range(random.integers(1, 6)):
        centre = middle + random.normal(0, 0.7 * size, 2)
        half = size * random.uniform(0.4, 1.0, 2)
        ovals.append([*(centre - half), *(centre + half)])

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for oval in ovals:
            pen.ellipse(oval, fill=1)

    return drawn(width, height, draw)


def tear(random: np.random.Generator, width: int, height: int) -> np.ndarray:
    """A jagged wedge from a border inwards."""
    side = random.integers(4)
    start = random.uniform(0.1, 0.9)
    foot = np.array([(start * width, 0), (start * width, height), (0, start * height), (width, start * height)][side], float)
    inwards = np.array([(0, 1), (0, -1), (1, 0), (-1, 0)][side], float)
    sideways = inwards[::-1]
    count, length = int(random.integers(8, 22)), min(width, height) * random.uniform(0.1, 0.5)
    opening = random.uniform(2, 12)
    drift = np.cumsum(random.normal(0, 2.5, count))
    edges: tuple[list, list] = ([], [])
    for index in range(count):
        share = index / (count - 1)
        middle = foot + inwards * length * share + sideways * drift[index]
        for edge, sign in zip(edges, (-1, 1)):
            half = opening * (1 - share) * random.uniform(0.5, 1.3) + 0.6
            edge.append(tuple(middle + sign * sideways * half))
    return drawn(width, height, lambda pen: pen.polygon([*edges[0], *reversed(edges[1])], fill=1))


def drawn(width: int, height: int, draw) -> np.ndarray:
    """bool [height, width] of what a function draws with 1."""
    image = Image.new("1", (width, height))
    draw(ImageDraw.Draw(image))
    return np.array(image)


SHAPES = {"scratch": scratch, "blob": blob, "tear": tear}
