"""Repair on drawn pictures: damage is only where its mask says, both networks learn, graphs compute the same."""

import copy
import json
from pathlib import Path
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from conftest import MODELS, draw_scene

from repair.architecture import Repair, time_code
from repair.config import VARIANTS
from repair.damage import KINDS, Canvas, damage
from repair.evaluation_damage import LEAST_AREA, MOST_AREA, SHAPES, damaged_copy
from repair.interpolation import interpolated
from repair.metrics import Found, near, psnr_inside
from repair.objective import Batch, detection_terms, objective, partly_undamaged
from repair.recipe import Losses, Recipe
from repair.sampling import restore
from repair.trainer import Trainer
from repair.validation import Examination
from repair.weights import network_of, opened, weights_of
from training import checkpoint
from training.distributed import Ranks
from training.trainer import Kind

RECIPE = """
held_out = 3
[network]
variant = "probe"
[optimiser]
rate = 5e-3
average = 0.5
[[phases]]
until = 0.5
shapes = [[32, 32]]
batch = 6
[[phases]]
until = 1.0
shapes = [[32, 48], [48, 32]]
batch = 4
"""
ALONE = Ranks(0, 1, torch.device("cpu"))


def gray_scene(seed: int, side: int = 96) -> np.ndarray:
    return draw_scene(seed, side, side).mean(-1).round().astype(np.uint8)


@pytest.fixture
def recipe_path(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE)
    return path


def trainer(recipe_path, photographs) -> Trainer:
    torch.manual_seed(5)
    return Trainer(Repair(VARIANTS["probe"]), Recipe.read(recipe_path), photographs, ALONE)


def moved(network: Repair) -> Repair:
    """The network with no weight left at its beginning of nought."""
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, 0, 0.1)
    return network.eval()


def test_damage_is_where_its_mask_says_and_nowhere_else():
    torch.manual_seed(1)
    clean = torch.rand(24, 1, 64, 96) * 0.5 + 0.25
    gray, mask = damage(clean)
    assert gray.shape == mask.shape == clean.shape and gray.min() >= 0 and gray.max() <= 1
    assert set(mask.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(gray[mask == 0], clean[mask == 0])
    assert (gray != clean)[mask > 0].float().mean() > 0.95
    assert 0.01 < mask.mean() < 0.3


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS], ids=lambda kind: kind.__name__)
def test_every_kind_of_damage_changes_some_pictures_and_is_finite(kind):
    torch.manual_seed(2)
    canvas = Canvas(torch.full((16, 1, 64, 64), 0.5))
    kind(canvas)
    changed = ((canvas.gray - canvas.clean).abs() > 0.03).flatten(1).any(1)
    assert canvas.gray.isfinite().all() and changed.sum() >= 4


def test_evaluation_damage_covers_one_to_ten_percent_and_is_the_same_again():
    for seed in range(12):
        gray = gray_scene(seed)
        damaged, mask = damaged_copy(gray, seed)
        assert LEAST_AREA <= mask.mean() <= MOST_AREA
        assert (damaged == gray)[~mask].all() and (damaged != gray)[mask].mean() > 0.9
        again, same = damaged_copy(gray, seed)
        assert (again == damaged).all() and (same == mask).all()
    assert all(shape(np.random.default_rng(0), 96, 96).any() for shape in SHAPES.values())


def test_counts_allow_one_pixel_and_no_more():
    truth = np.zeros((9, 9), bool)
    truth[:, 4] = True
    for shift, precision in ((0, 1.0), (1, 1.0), (2, 0.0)):
        found = Found()
        found.add(np.roll(truth, shift, 1), truth)
        assert (found.precision, found.recall) == (precision, precision)
    assert near(truth).sum() == 27
    wide = Found()
    wide.add(np.ones((9, 9), bool), truth)
    assert wide.recall == 1 and wide.precision == pytest.approx(1 / 3)
    half = np.full((9, 9), 100, np.uint8)
    assert psnr_inside(half, half + np.uint8(10) * truth, truth) == pytest.approx(20 * np.log10(25.5))


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_what_is_not_damaged_stays_bit_by_bit_and_the_path_ends_at_the_estimate(steps):
    torch.manual_seed(3)
    gray, mask = torch.rand(2, 1, 32, 48) * 2 - 1, (torch.rand(2, 1, 32, 48) < 0.3).float()
    noise = torch.randn_like(gray)
    network = moved(Repair(VARIANTS["probe"])).restorer
    made = restore(network, gray, mask, steps, noise)
    assert torch.equal(made[mask == 0], gray[mask == 0]) and made.isfinite().all()

    # Views are turned back: a restorer that answers with what it sees of the picture gives that again.
    assert torch.equal(restore(lambda noisy, given, where, base, time: base, gray, mask, 1, noise, 4)[mask > 0], interpolated(gray, mask)[mask > 0].clamp(-1, 1))

    # Of one clean picture the exact estimate is that picture, from every level: any number of steps ends there.
    wanted = torch.rand_like(gray) * 2 - 1
    exact = restore(lambda noisy, given, where, base, time: wanted, gray, mask, steps, noise)
    assert torch.allclose(exact[mask > 0], wanted[mask > 0], atol=1e-6)

    # An estimate of half the latent shrinks it by half of each step's share of what is left of the level.
    halved = restore(lambda noisy, given, where, base, time: noisy / 2, gray, mask, steps, noise / 10)
    shrunk = np.prod([1 - 0.5 / (steps - step) for step in range(steps)])
    assert torch.allclose(halved[mask > 0], noise[mask > 0] / 10 * shrunk, atol=1e-6)


def test_interpolation_is_exact_where_all_is_known_and_smooth_where_not():
    torch.manual_seed(9)
    gray, mask = torch.rand(2, 1, 48, 64) * 2 - 1, (torch.rand(2, 1, 48, 64) < 0.4).float()
    surface = interpolated(gray, mask)
    assert torch.allclose(surface[mask == 0], gray[mask == 0], atol=1e-6)
    # What lies under the mask counts for nothing, and no border shows.
    assert torch.equal(surface, interpolated(torch.where(mask > 0, torch.rand_like(gray), gray), mask))
    even = torch.full((1, 1, 32, 32), 0.3)
    assert torch.allclose(interpolated(even, mask[:1, :, :32, :32]), even, atol=1e-6)
    hole = torch.zeros(1, 1, 32, 32)
    hole[..., 12:20, 12:20] = 1
    ramp = torch.linspace(-1, 1, 32).expand(1, 1, 32, 32)
    assert (interpolated(ramp, hole) - ramp).abs().max() < 0.12
    # Nothing known at all: middle gray.
    assert not interpolated(even, torch.ones_like(even)).any()


def test_the_loss_sees_only_the_damage_and_every_weight_learns():
    torch.manual_seed(4)
    network = moved(Repair(VARIANTS["probe"]))
    clean = torch.rand(6, 1, 32, 32) * 2 - 1
    mask = torch.zeros_like(clean)
    nothing = objective(network, Batch(clean, clean, mask), Losses())
    assert nothing["velocity"] == 0
    mask[..., 8:20, 8:20] = 1
    terms = objective(network, Batch(clean, torch.where(mask > 0, 1.0, clean), mask), Losses())
    assert set(terms) == {"velocity", "fidelity", "entropy", "dice"} and all(t.isfinite() for t in terms.values())
    sum(terms.values()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() and p.grad.any() for p in network.parameters())


def test_the_detector_sees_a_share_of_a_batch_undamaged():
    torch.manual_seed(11)
    clean = torch.rand(400, 1, 4, 4)
    batch = Batch(clean, 1 - clean, torch.ones_like(clean))
    shown = partly_undamaged(batch, 0.25)
    is_whole = ~shown.mask.flatten(1).any(1)
    assert 0.15 < is_whole.float().mean() < 0.35
    assert torch.equal(shown.gray[is_whole], clean[is_whole]) and torch.equal(shown.gray[~is_whole], 1 - clean[~is_whole])
    assert torch.equal(shown.mask[~is_whole], batch.mask[~is_whole])
    assert torch.equal(partly_undamaged(batch, 0.0).gray, batch.gray)


def test_pictures_are_mirrored_top_to_bottom_where_a_recipe_says_so(recipe_path, photographs):
    def drawn(share: float) -> torch.Tensor:
        recipe = Recipe.read(recipe_path, [f"losses.upside_down = {share}", "phases = [{until = 1.0, shapes = [[32, 32]], batch = 4, film = 0.0}]"])
        made = Trainer(Repair(VARIANTS["probe"]), recipe, photographs, ALONE)
        torch.manual_seed(6)
        return made._batch(Kind(recipe.phases[0], (32, 32))).clean

    assert torch.equal(drawn(1.0), drawn(1e-9).flip(2))


def test_the_level_is_told_apart():
    codes = time_code(torch.tensor([0.0, 0.5, 1.0]))
    assert codes.shape == (3, 64, 1, 1)
    assert not codes[0, :32].any() and (codes[0, 32:] == 1).all()
    assert codes[2, 0].item() == pytest.approx(np.sin(1000), abs=1e-3) and codes[2, 32].item() == pytest.approx(np.cos(1000), abs=1e-3)
    assert torch.cdist(codes.flatten(1), codes.flatten(1))[~torch.eye(3, dtype=torch.bool)].min() > 1


def test_the_detector_learns_a_batch():
    torch.manual_seed(7)
    network = Repair(VARIANTS["probe"]).detector
    clean = torch.stack([torch.from_numpy(gray_scene(seed, 64)) for seed in range(6)])[:, None] / 255
    gray, mask = damage(clean)
    batch, optimiser = Batch(2 * clean - 1, 2 * gray - 1, mask), torch.optim.Adam(network.parameters(), 5e-3)
    found = []
    for _ in range(100):
        terms = detection_terms(network(batch.gray), batch)
        found.append({name: value.item() for name, value in terms.items()})
        optimiser.zero_grad()
        sum(terms.values()).backward()
        optimiser.step()
    assert found[-1]["entropy"] < 0.6 * found[0]["entropy"] and found[-1]["dice"] < 0.8 * found[0]["dice"]


def test_the_restorer_learns(recipe_path, photographs):
    # At the beginning it says what interpolation says, which is nearly right for drawn scenes: it begins elsewhere.
    torch.manual_seed(5)
    begun = moved(Repair(VARIANTS["probe"]))
    made = Trainer(copy.deepcopy(begun), Recipe.read(recipe_path), photographs, ALONE)
    totals = []
    for _ in range(4):
        for _ in range(10):
            made.step(0.1)
        totals.append(made.report(10))
    assert totals[-1]["velocity"] < totals[0]["velocity"]
    before = Examination(begun, photographs.pick(torch.arange(4)), side=96)
    after = Examination(made.average.network, photographs.pick(torch.arange(4)), side=96)
    assert after.validate(False).psnr[1] > before.validate(False).psnr[1]


def test_a_resumed_run_is_the_run(recipe_path, photographs, tmp_path):
    whole, first, second = (trainer(recipe_path, photographs) for _ in range(3))
    for step in range(6):
        whole.step(step / 6)
    for step in range(3):
        first.step(step / 6)
    checkpoint.save(tmp_path / "checkpoint.pt", first.state())
    second.load_state(checkpoint.load(tmp_path / "checkpoint.pt"))
    for step in range(3, 6):
        second.step(step / 6)
    for one, other in ((whole.network, second.network), (whole.average.network, second.average.network)):
        assert all(torch.equal(mine, theirs) for mine, theirs in zip(one.parameters(), other.parameters(), strict=True))
    recipe_path.write_text(RECIPE.replace("5e-3", "1e-3"))
    with pytest.raises(ValueError, match="another recipe"):
        trainer(recipe_path, photographs).load_state(first.state())


def test_the_command_trains_on_two_processes_and_leaves_weights_in_parts(recipe_path, scenes, tmp_path):
    line = ["--recipe", recipe_path, "--photographs", scenes, "--out", tmp_path / "run", "--away", tmp_path / "away"]
    line += ["--steps", "3", "--device", "cpu", "--workers", "1"]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "repair.train"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, *map(str, line)], cwd=MODELS, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    log = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    assert {"psnr1", "psnr4", "precision", "recall"} <= set(log[0]["validation"]) and log[-1]["finished"] == 3
    checkpoint.join(tmp_path / "away", tmp_path / "weights.pt")
    assert network_of(checkpoint.load(tmp_path / "weights.pt")).config == VARIANTS["probe"]
    assert (tmp_path / "away/sheet.jpg").exists()


def test_graphs_compute_the_same_and_pack(tmp_path):
    pytest.importorskip("onnxruntime")
    from repair.export import about_of, export, packed
    from tools.materialise import read_tensor

    torch.manual_seed(6)
    network = moved(Repair(VARIANTS["probe"]))
    differences = export(network, tmp_path / "graphs")
    assert set(differences) == {"detect", "detect-fp16", "restore", "restore-fp16"}
    (tmp_path / "measured.json").write_text('{"mean": {"photographs": 3}}')
    about = about_of(Path(__file__).parents[1] / "repair-small/about.toml", tmp_path / "measured.json")
    assert "parameters" in packed(network, tmp_path / "graphs", tmp_path / "model", about)
    card = json.loads((tmp_path / "model/card.json").read_text())
    assert card["task"] == "repair" and card["metrics"]["holdout"]["photographs"] == 3
    stream = b"".join((tmp_path / "model" / shard["file"]).read_bytes() for shard in card["weights"]["shards"])
    state = network.state_dict()
    for name, read in opened(tmp_path / "model").state_dict().items():
        assert (read - state[name]).abs().max() < 0.02 * max(1.0, state[name].abs().max()), name
    table = json.loads((tmp_path / "model/tensors.json").read_text())
    assert {entry["name"] for entry in table} == set(state)
    for entry in table:
        wanted = state[entry["name"]].numpy()
        wanted = wanted.T if wanted.shape != tuple(entry["shape"]) or "attention" in entry["name"] and wanted.ndim == 2 else wanted
        assert np.abs(read_tensor(entry, stream) - wanted).max() < 0.02 * max(1.0, np.abs(wanted).max()), entry["name"]


def test_the_shipped_sizes_fit():
    network = Repair(VARIANTS["small"])
    assert sum(p.numel() for p in network.parameters()) <= 7_700_000
    again = network_of(weights_of(network, {"step": 1}))
    assert again.config == network.config


def test_telea_and_the_network_get_the_same_damage(scenes, tmp_path):
    pytest.importorskip("cv2")
    pytest.importorskip("skimage")
    from pictures.files import photographs
    from repair.evaluate import Model, measured, summary

    model = Model(moved(Repair(VARIANTS["probe"])), "cpu")
    rows, found = measured(model, photographs(scenes, 3, 72), (1, 2))
    means = summary(rows, found)
    assert means["photographs"] == 3 and set(means["repair"]) == {"telea", "steps1", "steps2", "views4"}
    assert all(one["untouched"] for one in means["repair"].values())
    assert means["repair"]["telea"]["psnr"] > 10


def test_recipes_of_the_folder_can_be_read_and_mistakes_are_named(tmp_path):
    for path in (MODELS / "repair/recipes").glob("*.toml"):
        assert Recipe.read(path).phase_at(1.0).until == 1.0
    assert Recipe.read(MODELS / "repair/recipes/repair.toml", ["losses.dice=0"]).losses.dice == 0
    with pytest.raises(ValueError, match="Losses has no dices"):
        Recipe.of({"losses": {"dices": 1}})
    with pytest.raises(ValueError, match="multiples of 16"):
        Recipe.of({"phases": [{"until": 1.0, "shapes": [[40, 40]], "batch": 1}]})
