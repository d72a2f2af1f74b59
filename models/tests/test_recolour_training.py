"""Runs of the recolouring head on drawn pictures, on an encoder of no ability: whether it goes on, gets better, and is measured."""

import json
import os
import subprocess
import sys

import pytest
import torch
from conftest import MODELS, draw_scene

from ddcolor.architecture import DDColor
from ddcolor.config import VARIANTS as ENCODERS
from ddcolor.weights import weights_of as encoder_weights
from recolour.architecture import RecolourHead
from recolour.candidates import Settings
from recolour.config import VARIANTS, RecolourConfig
from recolour.evaluate import arguments_of, evaluate, evaluate_full, run
from recolour.measures import measured
from recolour.objective import flow_loss, random_draw
from recolour.recipe import Recipe
from recolour.seen import Seen, cells, look
from recolour.train import starting_head
from recolour.trainer import Trainer
from recolour.weights import head_of
from training import checkpoint
from training.distributed import Ranks
from training.photographs import middle_crops

RECIPE = """
held_out = 3
[network]
variant = "probe"
[optimiser]
rate = 3e-3
average = 0.5
[[phases]]
until = 0.5
shapes = [[64, 64]]
batch = 4
[[phases]]
until = 1.0
shapes = [[64, 96], [96, 64]]
batch = 3
"""
ALONE = Ranks(0, 1, torch.device("cpu"))


@pytest.fixture
def recipe_path(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE)
    return path


def encoder() -> DDColor:
    torch.manual_seed(5)
    return DDColor(ENCODERS["probe"]).eval().requires_grad_(False)


def trainer(recipe_path, photographs, *changes: str) -> Trainer:
    recipe = Recipe.read(recipe_path, list(changes))
    return Trainer(starting_head(recipe, None), encoder(), recipe, photographs, ALONE)


def test_a_resumed_run_is_the_run(recipe_path, photographs, tmp_path):
    whole = trainer(recipe_path, photographs)
    for step in range(8):
        whole.step(step / 8)
    first = trainer(recipe_path, photographs)
    for step in range(5):
        first.step(step / 8)
    checkpoint.save(tmp_path / "checkpoint.pt", first.state())
    second = trainer(recipe_path, photographs)
    second.load_state(checkpoint.load(tmp_path / "checkpoint.pt"))
    for step in range(5, 8):
        second.step(step / 8)
    for one, other in ((whole.network, second.network), (whole.average.network, second.average.network)):
        for (name, mine), theirs in zip(one.state_dict().items(), other.state_dict().values(), strict=True):
            assert torch.equal(mine, theirs), name


def test_the_loss_goes_down_and_the_encoder_stays(recipe_path, photographs):
    made = trainer(recipe_path, photographs)
    before = {name: value.clone() for name, value in made.encoder.state_dict().items()}
    losses = []
    for _ in range(4):
        for _ in range(12):
            made.step(0.1)
        losses.append(made.report(12)["loss"])
    assert losses[-1] < 0.8 * losses[0]
    assert all(torch.equal(value, before[name]) for name, value in made.encoder.state_dict().items())


def test_every_weight_is_trained(recipe_path, photographs):
    made = trainer(recipe_path, photographs, "flow.drop=0.5")
    for _ in range(3):
        made.step(0.1)
    start = starting_head(made.recipe, None).state_dict()
    assert [name for name, value in made.network.state_dict().items() if torch.equal(value, start[name])] == []


def test_an_update_that_is_not_finite_is_left_out(recipe_path, photographs):
    made = trainer(recipe_path, photographs)
    made.step(0.1)
    before = [p.clone() for p in made.network.parameters()]
    hook = made.network.velocity_network.out.weight.register_hook(lambda gradient: gradient * float("nan"))
    made.step(0.1)
    hook.remove()
    assert all(torch.equal(p, b) for p, b in zip(made.network.parameters(), before))
    made.step(0.1)
    assert made.report(3)["spoilt"] == 1


@torch.no_grad()
def test_a_head_that_knows_nothing_has_the_loss_of_both_ends(photographs):
    recipe = Recipe.read(MODELS / "recolour/recipes/smoke.toml")
    head = RecolourHead(VARIANTS["probe"], 16.0).eval()
    torch.manual_seed(2)
    ab = torch.randn(64, 2, 16, 16)
    seen = Seen(torch.randn(64, 40, 16, 16), torch.zeros_like(ab), torch.rand(64, 1, 16, 16))
    draw = random_draw(seen, ab, recipe.flow, recipe.hints)
    assert len(draw.ab) == 64 * recipe.flow.draws
    assert (draw.known == 0).float().mean() == pytest.approx(recipe.flow.drop, abs=0.08)
    assert flow_loss(head, draw).item() == pytest.approx(2, abs=0.05)
    early = draw.noisy[draw.time < 0.05] - draw.ab[draw.time < 0.05]
    assert early.abs().mean() < 0.1


def test_an_encoder_of_other_features_is_refused(recipe_path, photographs):
    head = RecolourHead(RecolourConfig(48, (16, 24, 32), (1, 1, 1), (1, 1, 1), 0, 16), 16.0)
    with pytest.raises(ValueError, match="48 feature channels, and the encoder gives 40"):
        Trainer(head, encoder(), Recipe.read(recipe_path), photographs, ALONE)


@torch.no_grad()
def test_the_answer_is_seen_as_the_mean_of_each_cell(photographs):
    lightness = middle_crops(photographs, (64, 96)).mean(1, keepdim=True) * 100
    network = encoder()
    seen, ab = look(network, lightness, 16.0)
    assert seen.features.shape == (len(photographs), 40, 16, 24)
    assert torch.allclose(seen.answer[0, 1, 2, 3] * 16, ab[0, 1, 8:12, 12:16].mean(), atol=1e-4)
    assert torch.allclose(seen.lightness, cells(lightness) / 100)


def test_measures_of_candidates_that_are_the_truth(photographs, monkeypatch):
    head, network, rgb = RecolourHead(VARIANTS["probe"], 16.0).eval(), encoder(), middle_crops(photographs, (64, 64))
    from pictures.colour import lab_of_rgb
    from recolour import measures

    truth = cells(lab_of_rgb(rgb)[:, 1:])
    monkeypatch.setattr(measures, "candidates", lambda *given: torch.stack([truth + i for i in range(given[3])]))
    found = measured(head, network, rgb, Settings(), 3)
    assert found["bestDistance"].max() < 1e-5 and found["nearer"].min() == 1
    assert torch.allclose(found["singleDistance"], torch.full_like(found["nearer"], 2**0.5), atol=1e-4)
    assert torch.allclose(found["diversity"], torch.full_like(found["nearer"], 2**0.5 * 4 / 3), atol=1e-4)
    assert torch.allclose(found["hintDistance"], torch.full_like(found["nearer"], 2**0.5 / 2), atol=1e-4)


def train_by_two(arguments: list) -> list[dict]:
    """Runs the command as a user does, in two processes; the lines of its log."""
    line = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "recolour.train"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*line, *map(str, arguments)], cwd=MODELS, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]


def test_two_processes_train_one_head_which_is_evaluated(recipe_path, scenes, tmp_path):
    out, away, eye = tmp_path / "run", tmp_path / "away", tmp_path / "encoder.pt"
    checkpoint.save(eye, encoder_weights(encoder()))
    line = ["--recipe", recipe_path, "--photographs", scenes, "--encoder", eye, "--out", out, "--away", away]
    log = train_by_two([*line, "--steps", 4, "--device", "cpu", "--workers", 1])
    assert "validation" in log[0] and log[-1]["finished"] == 4
    assert (away / "sheet.jpg").exists()
    checkpoint.join(away, tmp_path / "weights.pt")
    assert head_of(checkpoint.load(tmp_path / "weights.pt")).config == VARIANTS["probe"]
    asked = [tmp_path / "weights.pt", "--encoder", eye, "--photographs", scenes, "--square", 64, "--seeds", 2, "--limit", 3]
    line = [*asked, "--steps", 1, 2, "--json", tmp_path / "found.json", "--sheet", tmp_path / "sheet.png"]
    run(arguments_of([str(word) for word in line]))
    tables = json.loads((tmp_path / "found.json").read_text())["tables"]
    assert [table["settings"]["steps"] for table in tables] == [1, 2]
    assert {"bestDistance", "nearer", "diversity", "hintDistance", "colourfulnessShare"} <= set(tables[0]["mean"])
    assert (tmp_path / "sheet.png").exists()
    run(arguments_of([str(word) for word in [*asked, "--full", "--json", tmp_path / "full.json"]]))
    full = json.loads((tmp_path / "full.json").read_text())["tables"][0]
    assert full["mean"]["bestDistance"] <= full["mean"]["singleDistance"]


def test_the_whole_size_and_a_quarter_of_it_are_measured_alike():
    torch.manual_seed(1)
    head, network = RecolourHead(VARIANTS["probe"], 16.0).eval(), encoder()
    pictures = [draw_scene(seed, 64, 64) for seed in range(3)]
    quick = evaluate(head, network, pictures, Settings(steps=1), 2)
    full = evaluate_full(head, network, pictures, Settings(steps=1), 2, 1.0)
    for one, other in zip(quick, full, strict=True):
        assert one["originalColourfulness"] == pytest.approx(other["originalColourfulness"], abs=0.1)
        assert one["answerDistance"] == pytest.approx(other["answerDistance"], rel=0.2)
