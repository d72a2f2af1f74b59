"""A model's two exported graphs as one function, by onnxruntime on the CPU."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from ddcolor.architecture import STRIDES, sine_table

#: Gray 0–1 [H, W], float32, sides multiples of 32 → ab [2, H, W] in Lab units.
Network = Callable[[np.ndarray], np.ndarray]


def onnx_network(encode: Path, paint: Path) -> Network:
    """The two graphs of a model, float32 outside, on the CPU."""
    sessions = [onnxruntime.InferenceSession(str(p), providers=["CPUExecutionProvider"]) for p in (encode, paint)]
    channels = next(value.shape[1] for value in sessions[0].get_inputs() if value.name == "y16")

    def run(gray: np.ndarray) -> np.ndarray:
        picture = np.repeat(gray[None, None], 3, 1)
        tables = {
            f"{axis}{stride}": sine_table(side // stride, channels).numpy()
            for stride in STRIDES
            for axis, side in zip("yx", gray.shape)
        }
        features, kernel = sessions[0].run(["features", "kernel"], {"gray": picture, **tables})
        return sessions[1].run(["ab"], {"features": features, "kernel": kernel, "gray": picture})[0][0]

    return run
