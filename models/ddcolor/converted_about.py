"""The words of a converted model's card: what is known of the published weights, and what is not."""

import hashlib
import json
import re
from pathlib import Path

from ddcolor.published import LARGE, TINY, PublishedConfig

# What the published MODEL_ZOO.md says of each, by its name: what it was trained on.
TRAINED_ON = {
    "ddcolor_paper_tiny": "ImageNet",
    "ddcolor_paper": "ImageNet",
    "ddcolor_modelscope": "ImageNet, cleaned as BigColor's authors did",
    "ddcolor_artistic": "ImageNet and private data with many artistic pictures, without the colourfulness loss",
}
# Names of files that say nothing of what is in them.
GENERIC = ("pytorch_model", "model", "params", "weights", "checkpoint")
ENCODED = {
    "int8": "matrices are rounded to int8 with one scale a channel, the rest to half precision",
    "fp16": "weights are rounded to half precision",
}

TEMPLATE = """\
# What people write about the model; `python -m ddcolor.convert` made a first draft. After an edit, convert again
# with --keep-words.

[card]
id = {id}
name = {name}
task = "colorize"
summary = {summary}
architecture = {architecture}
licence = "Apache-2.0, as its authors published it."
source = {source}
trainingData = {training}
weaknesses = [
  "The colours are a guess that looks plausible, never a record of what was there.",
  "Strong colours in wrong places happen: red patches in shadows, blue or green blobs. ab are not clamped.",
  "Colours depend on the size that the network sees: what stays gray at 256 may be coloured at 512.",
  "Nothing was measured here after the conversion.",
]

# The published code runs at 512.
[sizes]
multiple = 32
offered = [256, 384, 512, 768, 1024]
preview = 256
wished = {{ auto = 512, people = 512, buildings = 512 }}

[network]
architecture = "ddcolor"
chromaScale = 1

[output]
chromaGain = 1

[values]
gray = {{ unit = "Lab lightness as sRGB gray, the same in three channels", range = [0, 1] }}
y16 = {{ unit = "sine position table of the rows, height / 16 entries", range = [-1, 1] }}
x16 = {{ unit = "sine position table of the columns, width / 16 entries", range = [-1, 1] }}
y8 = {{ unit = "sine position table of the rows, height / 8 entries", range = [-1, 1] }}
x8 = {{ unit = "sine position table of the columns, width / 8 entries", range = [-1, 1] }}
y4 = {{ unit = "sine position table of the rows, height / 4 entries", range = [-1, 1] }}
x4 = {{ unit = "sine position table of the columns, width / 4 entries", range = [-1, 1] }}
features = {{ unit = "pixel features at a quarter of the size, for paint only" }}
kernel = {{ unit = "colour kernel (a, b) over the features, for paint only" }}
ab = {{ unit = "Lab a and b, D65; not clamped" }}

[metrics]
"""


def about_text(checkpoint: Path, config: PublishedConfig, encoding: str, identity: str, name: str) -> str:
    """about.toml of a converted checkpoint. Raises ValueError for an id that no card may have."""
    if not re.fullmatch(r"[a-z0-9-]{1,60}", identity):
        raise ValueError(f"an id is lower-case letters, digits and hyphens, and not “{identity}”")
    published = published_name(checkpoint)
    size = {TINY.dims: "tiny", LARGE.dims: "large"}.get(config.dims, "other")
    blocks, channels = (", ".join(map(str, sides)) for sides in (config.depths, config.dims))
    if published:
        training = f"By its authors: {TRAINED_ON[published]}. This project trained nothing of it."
    else:
        training = "Not known: the file's name is none of the published ones. The published ones were trained on ImageNet."
    words = {
        "id": identity,
        "name": name,
        "summary": f"DDColor of its authors ({size}), converted from a published checkpoint.",
        "architecture": f"DDColor (arXiv 2212.11613): ConvNeXt encoder ({blocks} blocks of {channels} channels), pixel "
        f"decoder of {config.width} channels, {config.queries} colour queries, {config.layers} decoder layers. As two "
        "graphs, encode and paint: the query maps are folded into a colour kernel, exactly.",
        "source": f"Converted from {checkpoint.name} (SHA-256 {sha256_of(checkpoint)}), a checkpoint in the layout of "
        "https://github.com/piddnad/DDColor by Xiaoyang Kang, Tao Yang, Wenqi Ouyang, Peiran Ren, Lingzhi Li and "
        f"Xuansong Xie. Changed: spectral and batch norms are folded, {ENCODED[encoding]}. Who made the file was not "
        "checked: compare its SHA-256 with the publisher's.",
        "training": training,
    }
    # JSON's strings are TOML's, but for the delete character, which JSON leaves as it is.
    quoted = {key: json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") for key, value in words.items()}
    return TEMPLATE.format(**quoted)


def published_name(checkpoint: Path) -> str | None:
    """Which of the published checkpoints a file is by its own or its folder's name, or None."""
    names = (checkpoint.stem, checkpoint.resolve().parent.name)
    return next((name.lower() for name in names if name.lower() in TRAINED_ON), None)


def default_id(checkpoint: Path, folder: Path) -> str:
    """An id from the checkpoint's name, or from the model folder's where that says nothing."""
    name = published_name(checkpoint) or checkpoint.stem
    if name.lower() in GENERIC:
        name = folder.resolve().name
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "ddcolor"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
