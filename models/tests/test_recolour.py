"""The recolouring head: what must hold without training. Shapes, hints, times, guidance, and the graphs."""

import pytest
import torch
from conftest import MODELS

from recolour.architecture import RecolourHead, time_code
from recolour.candidates import Settings, candidates, noise_of
from recolour.config import VARIANTS, RecolourConfig
from recolour.hints import Hints, random_hints, spots
from recolour.measures import distance, diversity
from recolour.objective import random_times
from recolour.recipe import Flow, Recipe
from recolour.sampler import guided, sample, times
from recolour.seen import Seen
from recolour.weights import head_of, weights_of


def probe(seed: int = 3) -> RecolourHead:
    """A head whose every part does something: what starts at zero has been moved."""
    torch.manual_seed(seed)
    head = RecolourHead(VARIANTS["probe"], 16.0).eval()
    for parameter in head.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    return head


def offers(count: int = 2, height: int = 16, width: int = 24) -> tuple[torch.Tensor, ...]:
    random = torch.Generator().manual_seed(height)
    planes = [torch.randn(count, channels, height, width, generator=random) for channels in (40, 2, 1, 3)]
    return *planes, torch.ones(count, 1, 1, 1)


def test_the_shipped_size_fits_its_shards():
    head = RecolourHead(VARIANTS["small"], 16.0)
    assert sum(p.numel() for p in head.parameters()) <= 5_700_000
    with pytest.raises(ValueError, match="three levels"):
        RecolourConfig(dims=(64, 128))
    with pytest.raises(ValueError, match="multiples"):
        RecolourConfig(dims=(64, 128, 250))


@torch.no_grad()
def test_maps_of_three_levels_and_a_velocity_at_any_multiple_of_four():
    head = probe()
    conditions = head.condition(*offers())
    assert [tuple(c.shape) for c in conditions] == [(2, 16, 16, 24), (2, 24, 8, 12), (2, 32, 4, 6)]
    noisy = noise_of(1, 2, 16, 24)
    found = head.velocity(noisy, torch.tensor([0.2, 0.9]), conditions)
    assert found.shape == noisy.shape
    # Each picture by itself, and its own time.
    for i, time in enumerate((0.2, 0.9)):
        alone = head.velocity(noisy[i : i + 1], torch.tensor([time]), tuple(c[i : i + 1] for c in conditions))
        assert torch.allclose(alone[0], found[i], atol=1e-5)
    assert (head.velocity(noisy, torch.tensor([0.9, 0.2]), conditions) - found).abs().max() > 1e-3


@torch.no_grad()
def test_where_nothing_is_known_features_and_answer_count_for_nothing_and_hints_do():
    head = probe()
    features, answer, lightness, hints, known = offers()
    free = head.condition(features, answer, lightness, hints, 0 * known)
    other = head.condition(features.flip(0), answer + 1, lightness, hints, 0 * known)
    assert all(torch.equal(one, two) for one, two in zip(free, other))
    hinted = head.condition(features, answer, lightness, hints + 1, 0 * known)
    assert (hinted[0] - free[0]).abs().max() > 1e-3
    assert (head.condition(features, answer, lightness, hints, known)[0] - free[0]).abs().max() > 1e-3


def test_time_codes_of_different_times_differ():
    codes = time_code(torch.linspace(0, 1, 50), 16)
    assert codes.shape == (50, 16)
    assert torch.pdist(codes).min() > 0.01
    assert torch.allclose(codes[0], torch.tensor([0.0] * 8 + [1.0] * 8))


def test_spots_hold_the_mean_of_what_lies_under_them():
    ab = torch.arange(2 * 6 * 8, dtype=torch.float32).reshape(1, 2, 6, 8)
    rows, columns, reach = (torch.tensor([values]) for values in ([0, 3, 5], [0, 4, 7], [1, 0, 2]))
    found = spots(ab, rows, columns, reach, torch.tensor([[True, True, False]]))
    assert found[0, 2].sum() == 2 * 2 + 1
    assert torch.allclose(found[0, :2, 1, 1], ab[0, :, :2, :2].mean((1, 2)))
    assert torch.equal(found[0, :2, 3, 4], ab[0, :, 3, 4])
    assert not found[0, :, 5, 7].any()


def test_hints_are_drawn_for_as_many_as_asked_and_are_true():
    torch.manual_seed(0)
    ab = torch.randn(400, 2, 12, 16)
    assert not random_hints(ab, Hints(share=0.0)).any()
    found = random_hints(ab, Hints(share=0.5, locked=0.0))
    hinted = found[:, 2].sum((1, 2)) > 0
    assert 0.4 < hinted.float().mean() < 0.6
    assert not found[~hinted].any()
    assert set(found[:, 2].unique().tolist()) == {0.0, 1.0}
    assert not found[:, :2][(found[:, 2:] == 0).expand(-1, 2, -1, -1)].any()
    locked = random_hints(ab, Hints(share=1.0, most=1, locked=1.0))
    true = (locked[:, :2] == ab).all(1) & (locked[:, 2] > 0)
    assert 0.1 < true.float().mean() < 0.6
    with pytest.raises(ValueError, match="1 or more"):
        Hints(most=0)


def test_times_are_shared_between_bell_and_even():
    torch.manual_seed(0)
    late = random_times(20_000, Flow(location=0.0, spread=1.0, uniform=0.0), torch.device("cpu"))
    even = random_times(20_000, Flow(uniform=1.0), torch.device("cpu"))
    assert 0 <= late.min() and late.max() <= 1
    assert (even > 0.95).float().mean() == pytest.approx(0.05, abs=0.01)
    assert (late > 0.95).float().mean() < 0.01


def test_steps_go_from_noise_to_nothing_and_a_shift_spends_them_early():
    assert times(4, 1.0) == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert times(2, 3.0) == pytest.approx([1.0, 0.75, 0.0])
    with pytest.raises(ValueError, match="a step at least"):
        times(0, 1.0)


@pytest.mark.parametrize("steps, error", [(1, 0.3), (8, 0.06), (64, 0.01)])
def test_euler_comes_to_the_exact_answer_of_gaussian_colours(steps, error):
    """Colours N(m, s²) have a velocity in closed form, and follow z → m + s z."""
    middle, deviation = 0.5, 0.3

    def field(noisy, time):
        t = time[:, None, None, None]
        variance = (1 - t) ** 2 * deviation**2 + t**2
        return (t - (1 - t) * deviation**2) / variance * (noisy - (1 - t) * middle) - middle

    noise = noise_of(5, 4, 8, 8)
    found = sample(field, noise, steps)
    assert (found - (middle + deviation * noise)).abs().mean() < error
    if steps == 1:
        # One step knows only the mean.
        assert torch.allclose(found, torch.full_like(found, middle), atol=1e-5)


def test_guidance_leads_away_from_what_is_drawn_without_features():
    one, other = (lambda noisy, time, value=value: torch.full_like(noisy, value) for value in (2.0, 1.0))
    noisy, time = torch.zeros(1, 2, 4, 4), torch.ones(1)
    assert guided(one, other, 1.0) is one
    assert guided(one, other, 2.5)(noisy, time).unique().item() == pytest.approx(3.5)


@torch.no_grad()
def test_candidates_are_the_seeds_own_and_are_moved_by_hints():
    head = probe()
    features, answer, lightness, hints, _ = offers()
    seen = Seen(features, answer, lightness)
    found = candidates(head, seen, Settings(steps=2, guidance=1.5), 3)
    assert found.shape == (3, 2, 2, 16, 24)
    assert torch.equal(found, candidates(head, seen, Settings(steps=2, guidance=1.5), 3))
    assert (diversity(found) > 0.1).all()
    assert (candidates(head, seen, Settings(steps=2), 1, hints) - candidates(head, seen, Settings(steps=2), 1)).abs().max() > 1e-3
    assert torch.equal(noise_of(4, 1, 8, 8), noise_of(4, 2, 8, 8)[:1])


def test_distances_are_of_the_plane():
    one, other = torch.zeros(2, 4, 4), torch.stack([torch.full((4, 4), 3.0), torch.full((4, 4), 4.0)])
    assert distance(one, other).unique().item() == 5
    pair = torch.stack([one, other])[:, None]
    assert diversity(pair).tolist() == [5.0] and diversity(pair[:1]).tolist() == [0.0]


@torch.no_grad()
def test_weights_survive_as_a_table():
    head = probe()
    again = head_of(weights_of(head, {"step": 3})).eval()
    assert (again.config, again.chroma_scale) == (head.config, 16.0)
    conditions = head.condition(*offers())
    noisy, time = noise_of(2, 2, 16, 24), torch.tensor([0.5, 0.5])
    assert (again.velocity(noisy, time, again.condition(*offers())) - head.velocity(noisy, time, conditions)).abs().max() < 0.02


def test_graphs_compute_what_pytorch_does_at_other_sizes(tmp_path):
    pytest.importorskip("onnxruntime")
    from recolour.export import GRAPHS, export

    differences = export(probe(), tmp_path)
    assert differences["-fp32"] < 1e-4 and differences["-fp16"] < 0.05
    assert {path.stem for path in tmp_path.glob("*.onnx")} == {f"{name}{kind}" for name in GRAPHS for kind in ("", "-fp16")}


def test_recipes_of_the_folder_can_be_read_and_mistakes_are_named(tmp_path):
    for path in (MODELS / "recolour/recipes").glob("*.toml"):
        assert Recipe.read(path).phase_at(1.0).until == 1.0
    changed = Recipe.read(MODELS / "recolour/recipes/recolour.toml", ["flow.drop=0.2", "hints.share=0"])
    assert (changed.flow.drop, changed.flow.draws, changed.hints.share) == (0.2, 2, 0)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[hints]\nshare = 2\n")
    with pytest.raises(ValueError, match="wrong.toml: hints.share"):
        Recipe.read(wrong)
    with pytest.raises(ValueError, match="variant must be one of"):
        Recipe.of({"network": {"variant": "huge"}})
