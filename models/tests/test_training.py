"""Runs on drawn pictures with a network of no ability: whether it goes on, goes together, and gets better."""

import json
import os
import subprocess
import sys

import pytest
import torch
from conftest import MODELS

from ddcolor.architecture import DDColor
from ddcolor.config import VARIANTS
from ddcolor.discriminator import gan_factor
from ddcolor.recipe import Recipe
from ddcolor.trainer import Trainer
from ddcolor.weights import network_of
from training import checkpoint
from training.distributed import Ranks
from training.gradients import FlatGradients
from training.perceptual import Perceptual
from training.schedule import Schedule, rate_factor

RECIPE = """
held_out = 3
[network]
variant = "probe"
[losses]
gan = 0.05
gan_start = 0.3
gan_ramp = 0.1
perceptual_share = 0.5
gan_share = 0.5
[optimiser]
rate = 1e-3
average = 0.5
freeze_norms = 0.8
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


def trainer(recipe_path, photographs, frozen_path) -> Trainer:
    torch.manual_seed(5)
    network = DDColor(VARIANTS["probe"], drop_path=0.2)
    return Trainer(network, Recipe.read(recipe_path), photographs, Perceptual(frozen_path), ALONE)


def test_a_resumed_run_is_the_run(recipe_path, photographs, frozen_path, tmp_path):
    whole = trainer(recipe_path, photographs, frozen_path)
    for step in range(8):
        whole.step(step / 8)
    first = trainer(recipe_path, photographs, frozen_path)
    for step in range(5):
        first.step(step / 8)
    checkpoint.save(tmp_path / "checkpoint.pt", first.state())
    second = trainer(recipe_path, photographs, frozen_path)
    second.load_state(checkpoint.load(tmp_path / "checkpoint.pt"))
    for step in range(5, 8):
        second.step(step / 8)
    pairs = ((whole.training, second.training), (whole.average.network, second.average.network))
    for one, other in (*pairs, (whole.discriminator, second.discriminator)):
        for (name, mine), theirs in zip(one.state_dict().items(), other.state_dict().values(), strict=True):
            assert torch.equal(mine, theirs), name


def test_the_loss_goes_down(recipe_path, photographs, frozen_path):
    made = trainer(recipe_path, photographs, frozen_path)
    totals = []
    for _ in range(4):
        for _ in range(8):
            made.step(0.1)
        totals.append(made.report(8)["pixel"])
    assert totals[-1] < totals[0]


def test_an_update_that_is_not_finite_is_left_out(recipe_path, photographs, frozen_path):
    made = trainer(recipe_path, photographs, frozen_path)
    made.step(0.1)
    before = [p.clone() for p in made.training.parameters()]
    hook = made.training.network.last.conv.weight.register_hook(lambda gradient: gradient * float("nan"))
    made.step(0.1)
    hook.remove()
    assert all(torch.equal(p, b) for p, b in zip(made.training.parameters(), before))
    made.step(0.1)
    assert not all(torch.equal(p, b) for p, b in zip(made.training.parameters(), before))
    assert made.report(3)["spoilt"] == 1


def test_gradients_in_one_tensor_are_the_gradients():
    torch.manual_seed(3)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Conv2d(4, 2, 1)).to(memory_format=torch.channels_last)
    picture = torch.randn(2, 3, 8, 8)
    plain = torch.autograd.grad(network(picture).square().sum(), list(network.parameters()))
    flat = FlatGradients(network)
    for _ in range(2):
        flat.clear()
        network(picture).square().sum().backward()
    assert all(torch.allclose(p.grad, g, rtol=1e-4) for p, g in zip(network.parameters(), plain))
    norm = flat.clip(0.5)
    assert torch.isclose(norm, torch.cat([g.flatten() for g in plain]).norm(), rtol=1e-4)
    assert torch.isclose(torch.cat([p.grad.flatten() for p in network.parameters()]).norm(), torch.tensor(0.5), rtol=1e-3)


def train(arguments: list[str], processes: int = 1) -> list[dict]:
    """Runs the command as a user does; the lines of its log."""
    command = [sys.executable, "-m", "ddcolor.train"]
    if processes > 1:
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m", "ddcolor.train"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command + arguments, cwd=MODELS, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_two_processes_train_one_network_and_leave_it_in_parts(recipe_path, scenes, frozen_path, tmp_path):
    out, away = tmp_path / "run", tmp_path / "away"
    line = ["--recipe", recipe_path, "--photographs", scenes, "--perceptual", frozen_path, "--out", out, "--away", away]
    log = train([*map(str, line), "--steps", "6", "--device", "cpu", "--workers", "1"], processes=2)
    assert "validation" in log[0] and log[-1]["finished"] == 6
    assert (away / "sheet.jpg").exists() and (away / "metrics.jsonl").exists()
    checkpoint.join(away, tmp_path / "weights.pt")
    assert network_of(checkpoint.load(tmp_path / "weights.pt")).config == VARIANTS["probe"]
    # Resumed when it is over, it only measures again.
    again = train([*map(str, line), "--steps", "6", "--device", "cpu", "--workers", "1"])
    assert again[0]["resumed"] == 6 and again[-1]["finished"] == 6


def test_a_run_that_is_cut_by_its_deadline_goes_on(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    first = Schedule(seconds=100, deadline=60, reserve=10, started=100.0)
    now[0] = 110.0
    first.begin()
    now[0] = 149.0
    assert first.progress(0) == pytest.approx(0.39) and not first.is_cut()
    now[0] = 150.5
    assert first.is_cut()
    second = Schedule(seconds=100, deadline=60, finish=True, reserve=10, started=now[0], before=first.trained())
    second.begin()
    now[0] += 25
    # 50 of the 59.5 seconds that are left fit before the deadline: the schedule is shortened to end there.
    assert second.progress(0) == pytest.approx(65.5 / 90.5)
    now[0] += 25
    assert second.progress(0) == 1 and not second.is_cut()


def test_a_checkpoint_of_another_recipe_is_refused(recipe_path, photographs, frozen_path):
    state = trainer(recipe_path, photographs, frozen_path).state()
    recipe_path.write_text(RECIPE.replace("rate = 1e-3", "rate = 2e-3"))
    with pytest.raises(ValueError, match="another recipe"):
        trainer(recipe_path, photographs, frozen_path).load_state(state)


def test_rates_rise_and_fall():
    assert rate_factor(0, 0.1, 0.02) < 0.02 < 0.9 < rate_factor(0.1, 0.1, 0.02)
    assert rate_factor(1, 0.1, 0.02) == pytest.approx(0.02)
    assert [gan_factor(p, 0.3, 0.1) for p in (0.39, 0.45, 0.6)] == pytest.approx([0, 0.5, 1])


def test_recipes_of_the_folder_can_be_read_and_mistakes_are_named(tmp_path):
    for path in (MODELS / "ddcolor/recipes").glob("*.toml"):
        assert Recipe.read(path).phase_at(1.0).until == 1.0
    changed = Recipe.read(MODELS / "ddcolor/recipes/pico.toml", ["losses.gan=0", "held_out = 5"])
    assert (changed.losses.gan, changed.losses.regional, changed.held_out) == (0, 0.5, 5)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[losses]\npixels = 1\n")
    with pytest.raises(ValueError, match="wrong.toml: Losses has no pixels"):
        Recipe.read(wrong)
    with pytest.raises(ValueError, match="multiples of 32"):
        Recipe.of({"phases": [{"until": 1.0, "shapes": [[100, 100]], "batch": 1}]})
