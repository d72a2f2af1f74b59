"""Measures how well two-graph colouring models give photographs their colours back.

    python measure.py --photographs holdout.tar --sizes 256 --square encode.onnx,paint.onnx …
    python measure.py --photographs holdout.tar --sizes 128,256,512 --limit 100 encode.onnx,paint.onnx

Each colour photograph is made gray, coloured at each size and compared with itself: the result is
the photograph's own Lab lightness with the predicted ab, brought up bilinearly and clamped to sRGB.
PSNR is over RGB, averaged over photographs; colourfulness is Hasler and Süsstrunk's on 0–255.
"""

import argparse
import io
import tarfile
import time

import numpy as np
import onnxruntime
from PIL import Image

XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721749], [0.0193339, 0.119192, 0.9503041]])
WHITE, DELTA = XYZ.sum(1), 6 / 29
TABLE_CHANNELS = 256
MULTIPLE = 32


def lab_of_rgb(rgb):
    """CIELAB (D65) of sRGB 0–1, channels last."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    relative = linear @ XYZ.T / WHITE
    f = np.where(relative > DELTA**3, np.cbrt(relative), relative / (3 * DELTA**2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def rgb_of_lab(lab):
    """sRGB of CIELAB (D65), clamped to 0–1."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    relative = np.where(f > DELTA, f**3, 3 * DELTA**2 * (f - 4 / 29))
    linear = np.clip((relative * WHITE) @ np.linalg.inv(XYZ).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def sine_table(length):
    """One axis of the position code: float32 [length, 128], sine and cosine by turns."""
    half = TABLE_CHANNELS // 2
    rate = 10000.0 ** (2 * (np.arange(half) // 2) / half)
    place = (np.arange(length) + 1) / (length + 1e-6) * 2 * np.pi
    angle = place[:, None] / rate
    return np.stack((np.sin(angle[:, 0::2]), np.cos(angle[:, 1::2])), -1).reshape(length, half).astype(np.float32)


def resize(plane, width, height):
    """A float plane by area averaging where it shrinks and bilinearly where it grows."""
    shrinks = width * height < plane.size
    image = Image.fromarray(plane.astype(np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR))


class Colouring:
    """The two graphs of a model as onnxruntime sessions on the CPU."""

    def __init__(self, encode, paint, threads=2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.sessions = [onnxruntime.InferenceSession(p, options, providers=["CPUExecutionProvider"]) for p in (encode, paint)]

    def run(self, gray):
        """ab [2, height, width] of a gray plane 0–1 whose sides are multiples of 32."""
        height, width = gray.shape
        picture = np.repeat(gray[None, None].astype(np.float32), 3, 1)
        feeds = {"gray": picture}
        for stride in (16, 8, 4):
            feeds |= {f"y{stride}": sine_table(height // stride), f"x{stride}": sine_table(width // stride)}
        features, kernel = self.sessions[0].run(["features", "kernel"], feeds)
        return self.sessions[1].run(["ab"], {"features": features, "kernel": kernel, "gray": picture})[0][0]


def predict(model, lightness, size):
    """ab of a lightness plane at its own size; the network sees `size`² pixels of area, aspect kept."""
    height, width = lightness.shape
    scale = size / (height * width) ** 0.5
    inner_height, inner_width = max(1, round(height * scale)), max(1, round(width * scale))
    small = resize(lightness, inner_width, inner_height)
    gray = rgb_of_lab(np.stack([small, 0 * small, 0 * small], -1))[..., 0]
    padded = np.pad(gray, ((0, -inner_height % MULTIPLE), (0, -inner_width % MULTIPLE)), "reflect")
    ab = model.run(padded)[:, :inner_height, :inner_width]
    big = [Image.fromarray(p).resize((width, height), Image.Resampling.BILINEAR) for p in ab]
    return np.stack([np.asarray(p) for p in big], -1)


def colourfulness(rgb):
    red, green, blue = (rgb[..., i] * 255 for i in range(3))
    first, second = red - green, (red + green) / 2 - blue
    return np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean())


def photographs(path, limit, square):
    """RGB arrays 0–1 of a tar of pictures; `square` takes the middle and brings it to 256 × 256."""
    with tarfile.open(path) as tar:
        members = [m for m in tar if m.isfile()]
        step = max(1, len(members) // limit) if limit else 1
        for member in members[::step][: limit or None]:
            image = Image.open(io.BytesIO(tar.extractfile(member).read())).convert("RGB")
            if square:
                side = min(image.size)
                left, top = (image.width - side) // 2, (image.height - side) // 2
                image = image.crop((left, top, left + side, top + side)).resize((256, 256), Image.Resampling.BICUBIC)
            yield np.asarray(image).astype(np.float64) / 255


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", help="encode.onnx,paint.onnx of each model")
    parser.add_argument("--photographs", required=True, help="a tar of colour photographs")
    parser.add_argument("--sizes", default="256")
    parser.add_argument("--limit", type=int, default=0, help="so many photographs, evenly picked")
    parser.add_argument("--square", action="store_true", help="the middle square at 256 × 256 only")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    models = [Colouring(*paths.split(","), arguments.threads) for paths in arguments.models]
    sizes = [int(size) for size in arguments.sizes.split(",")]
    scores, own, start = {}, [], time.time()
    for count, rgb in enumerate(photographs(arguments.photographs, arguments.limit, arguments.square), 1):
        lab = lab_of_rgb(rgb)
        own.append(colourfulness(rgb))
        for index, model in enumerate(models):
            for size in sizes:
                result = rgb_of_lab(np.concatenate([lab[..., :1], predict(model, lab[..., 0], size)], -1))
                psnr = -10 * np.log10(max(((result - rgb) ** 2).mean(), 1e-10))
                scores.setdefault((index, size), []).append((psnr, colourfulness(result)))
        if count % 20 == 0:
            print(f"{count} photographs, {time.time() - start:.0f} s", flush=True)
    print(f"{len(own)} photographs, own colourfulness {np.mean(own):.2f}")
    for (index, size), rows in scores.items():
        psnr, colours = np.mean(rows, 0)
        print(f"model {index} size {size}: PSNR {psnr:.3f} dB, colourfulness {colours:.2f}")


if __name__ == "__main__":
    main()
