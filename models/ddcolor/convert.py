"""Makes a model folder from a published DDColor checkpoint.

    python -m ddcolor.convert ddcolor_paper_tiny.pth --model /elsewhere/ddcolor-paper-tiny

reads .pth, pytorch_model.bin or .safetensors, folds spectral and batch norms, and writes the two graphs, the shards,
tensors.json, about.toml and card.json (../README.md). The folder can be added to the app as it is. Its card
has no `memory`: the app reckons that of a model from outside. To change its words, edit about.toml and convert
again with --keep-words.
"""

import argparse
import dataclasses
import sys
import tempfile
from pathlib import Path

import torch
from torch import Tensor

from ddcolor.architecture import DEVIATION, MEAN, DDColor
from ddcolor.config import DDColorConfig
from ddcolor.converted_about import about_text, default_id
from ddcolor.export import GRAPHS, export
from ddcolor.published import PublishedConfig
from ddcolor.read_published import CheckpointError, State, read_published, unknown_names
from tools.pack import ENCODINGS, pack

BATCH_NORM_EPSILON = 1e-5
# The published network's output is ab in Lab units.
CHROMA_SCALE = 1.0


def config_of_published(config: PublishedConfig) -> DDColorConfig:
    return DDColorConfig(**dataclasses.asdict(config))


def network_of_published(config: PublishedConfig, state: State) -> DDColor:
    """Our network with a published one's weights, in inference: it gives the same ab.

    Batch norms become a scale and a shift (statistics 0 and 1), so that half precision rounds two numbers a
    channel and not four. Raises CheckpointError where the checkpoint asks for another normalisation of the gray.
    """
    for name, ours in (("mean", MEAN), ("std", DEVIATION)):
        if name in state and not torch.allclose(state[name].flatten(), torch.tensor(ours)):
            raise CheckpointError(f"its pictures are normalised by another {name} than ImageNet's")
    network = DDColor(config_of_published(config), chroma_scale=CHROMA_SCALE)
    translated = translate(config, state)
    missing, unknown = network.load_state_dict(translated, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unknown:
        raise AssertionError(f"weights do not match the architecture: missing {missing}, unknown {unknown}")
    return network.eval()


def translate(config: PublishedConfig, state: State) -> State:
    """A published checkpoint's weights by the names and in the layout of `architecture.py`."""
    ours: State = {}

    def copy(source: str, target: str, parts: tuple[str, ...] = ("weight", "bias")) -> None:
        for part in parts:
            ours[f"{target}.{part}"] = state[f"{source}.{part}"]

    def spectral(source: str, target: str, has_bias: bool) -> None:
        ours[f"{target}.weight"] = without_spectral_norm(state, source)
        if has_bias:
            ours[f"{target}.bias"] = state[f"{source}.bias"]

    def batch_norm(source: str, target: str) -> None:
        ours.update({f"{target}.{part}": value for part, value in plain_batch_norm(state, source).items()})

    for i, depth in enumerate(config.depths):
        for part in (0, 1):
            copy(f"encoder.arch.downsample_layers.{i}.{part}", f"enc.down.{i}.{part}")
        for j in range(depth):
            source, target = f"encoder.arch.stages.{i}.{j}", f"enc.stages.{i}.{j}"
            for theirs, mine in (("dwconv", "dw"), ("norm", "norm"), ("pwconv1", "up"), ("pwconv2", "down")):
                copy(f"{source}.{theirs}", f"{target}.{mine}")
            ours[f"{target}.gamma"] = state[f"{source}.gamma"]
        copy(f"encoder.arch.norm{i}", f"enc.norms.{i}")
    for i in range(3):
        source, target = f"decoder.layers.{i}", f"f{i}"
        spectral(f"{source}.shuf.conv.0", f"{target}.up.conv", has_bias=False)
        batch_norm(f"{source}.shuf.conv.1", f"{target}.up.bn")
        batch_norm(f"{source}.bn", f"{target}.sbn")
        spectral(f"{source}.conv.0", f"{target}.conv", has_bias=False)
        batch_norm(f"{source}.conv.2", f"{target}.bn")
    spectral("decoder.last_shuf.conv.0", "last.conv", has_bias=True)
    decoder = "decoder.color_decoder"
    for i in range(3):
        copy(f"{decoder}.input_proj.{i}", f"proj.{i}")
    for theirs, mine in (("level_embed", "level"), ("query_feat", "query"), ("query_embed", "qpos")):
        ours[mine] = state[f"{decoder}.{theirs}.weight"]
    for i in range(config.layers):
        target = f"layers.{i}"
        for kind, attention, mine, norm in (
            ("cross", "multihead_attn", "ca", "n1"),
            ("self", "self_attn", "sa", "n2"),
        ):
            source = f"{decoder}.transformer_{kind}_attention_layers.{i}"
            for part in ("weight", "bias"):
                joined = state[f"{source}.{attention}.in_proj_{part}"]
                for name, value in zip("qkv", joined.chunk(3)):
                    ours[f"{target}.{mine}.{name}.{part}"] = value
            copy(f"{source}.{attention}.out_proj", f"{target}.{mine}.o")
            copy(f"{source}.norm", f"{target}.{norm}")
        source = f"{decoder}.transformer_ffn_layers.{i}"
        for theirs, mine in (("linear1", "f1"), ("linear2", "f2"), ("norm", "n3")):
            copy(f"{source}.{theirs}", f"{target}.{mine}")
    copy(f"{decoder}.decoder_norm", "norm")
    for i in range(3):
        # Between them, in our Sequential, are the two ReLUs.
        copy(f"{decoder}.color_embed.layers.{i}", f"embed.{2 * i}")
    spectral("refine_net.0.0", "mix", has_bias=True)
    return ours


def without_spectral_norm(state: State, name: str) -> Tensor:
    """The weight that a spectrally normed layer multiplies with: W / (uᵀ W v), u and v as training left them.

    arXiv 1802.05957, as torch.nn.utils.spectral_norm computes it in inference.
    """
    if f"{name}.weight_orig" not in state:
        return state[f"{name}.weight"]
    weight, u, v = (state[f"{name}.weight_{part}"] for part in ("orig", "u", "v"))
    largest = torch.dot(u, torch.mv(weight.flatten(1), v))
    if largest == 0:
        raise CheckpointError(f"{name} is damaged: its spectral norm is zero")
    return weight / largest


def plain_batch_norm(state: State, name: str) -> dict[str, Tensor]:
    """A batch norm in inference as one with mean 0 and variance 1: its scale and shift alone."""
    weight, bias, mean, variance = (
        state[f"{name}.{part}"].double() for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = weight / (variance + BATCH_NORM_EPSILON).sqrt()
    if not torch.isfinite(scale).all():
        raise CheckpointError(f"{name} is damaged: a variance is negative")
    return {
        "weight": (scale * (1 + BATCH_NORM_EPSILON) ** 0.5).float(),
        "bias": (bias - mean * scale).float(),
        "running_mean": torch.zeros(len(scale)),
        "running_var": torch.ones(len(scale)),
    }


def convert(checkpoint: Path, folder: Path, encoding: str, identity: str | None, name: str | None, keeps_words: bool) -> str:
    """Writes the model folder of a checkpoint. Returns what was written, in words.

    Raises CheckpointError, before anything is written, for a file that is no published DDColor.
    """
    config, state = read_published(checkpoint)
    network = network_of_published(config, state)
    ignored = unknown_names(config, state)
    del state
    lines = [f"not used, as no DDColor has them: {', '.join(ignored)}"] if ignored else []
    folder.mkdir(parents=True, exist_ok=True)
    about = folder / "about.toml"
    if not (keeps_words and about.exists()):
        identity = identity or default_id(checkpoint, folder)
        about.write_text(about_text(checkpoint, config, encoding, identity, name or identity), encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        for kind, difference in export(network, Path(scratch), has_half=False).items():
            lines.append(f"PyTorch against onnxruntime, {kind[1:]}: most |Δab| {difference:.2e}")
        graphs = [Path(scratch) / f"{graph}.onnx" for graph in GRAPHS]
        lines.append(pack(*graphs, folder, encoding))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, help="a .pth, pytorch_model.bin or .safetensors file")
    parser.add_argument("--model", type=Path, required=True, help="the folder to write")
    parser.add_argument("--id", help="lower-case letters, digits and hyphens")
    parser.add_argument("--name", help="what the app calls it")
    parser.add_argument("--encoding", choices=ENCODINGS, default="int8", help="fp16: twice the size, less rounding")
    parser.add_argument("--keep-words", action="store_true", help="keep the folder's about.toml")
    a = parser.parse_args()
    try:
        print(convert(a.checkpoint, a.model, a.encoding, a.id, a.name, a.keep_words))
    except ValueError as error:
        sys.exit(f"{a.checkpoint.name} was not converted: {error}")


if __name__ == "__main__":
    main()
