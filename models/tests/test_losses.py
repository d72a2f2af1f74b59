"""Each term's gradient: finite everywhere, and in the right direction."""

import pytest
import torch

from ddcolor import losses
from ddcolor.discriminator import PatchDiscriminator, discriminator_loss, generator_loss
from ddcolor.objective import Batch, Objective
from ddcolor.recipe import Losses
from pictures.colour import lab_of_rgb, rgb_of_lab
from training.perceptual import FrozenGraph, Perceptual, perceptual_distance
from training.timing import Stopwatch


def batch() -> Batch:
    """Among them black, white, gray and the strongest colours."""
    torch.manual_seed(1)
    rgb = torch.rand(6, 3, 96, 96)
    rgb[0], rgb[1], rgb[2] = 0, 1, 0.5
    rgb[3, :, :32] = torch.tensor([1.0, 0, 0])[:, None, None]
    lab = lab_of_rgb(rgb)
    return Batch(rgb, lab[:, :1], lab[:, 1:], rgb)


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 3.0])
def test_all_terms_are_finite_and_so_are_their_gradients(frozen_path, scale):
    given = batch()
    ab = (given.ab * scale).requires_grad_()
    weights = losses.colour_weights([given.ab], 0.5)
    objective = Objective(Losses(fidelity=0.5, gan=0.1, perceptual_share=0.5), weights, Perceptual(frozen_path))
    guesses = [torch.randn(3, c, 96 // s, 96 // s, requires_grad=True) for c, s in ((10, 8), (12, 16), (14, 32))]
    terms = objective.terms(given, ab, guesses, PatchDiscriminator(8), Stopwatch(torch.device("cpu")))
    assert set(terms) == {"pixel", "regional", "fidelity", "perceptual", "distill", "colourfulness", "gan"}
    total, found = objective.gradients(terms, [ab, *guesses], torch.tensor(1.0))
    assert total.isfinite() and all(term.isfinite() for term in terms.values())
    assert all(gradient.isfinite().all() for gradient in found)
    if scale in (0.0, 3.0):
        assert found[0].abs().sum() > 0


def test_a_discriminator_pulls_as_hard_as_its_weight_says_however_sure_it_is(frozen_path):
    given = batch()
    ab = (given.ab * 0.5).requires_grad_()
    objective = Objective(Losses(distill=0, gan=0.25), losses.colour_weights([given.ab], 0.5), Perceptual(frozen_path))
    judge = PatchDiscriminator(8)
    strengths = []
    for sure in (1, 100):
        found = []
        for gan in (0.5, 0.0):
            terms = objective.terms(given, ab, [], lambda lab, sure=sure: judge(lab) * sure, Stopwatch(ab.device))
            found.append(objective.gradients(terms, [ab], torch.tensor(gan))[1][0])
        with_it, without = found
        strengths.append((with_it - without).norm() / without.norm())
    assert torch.allclose(torch.stack(strengths), torch.tensor(0.125), rtol=1e-3)


def test_the_right_colours_cost_least():
    given = batch()
    even = torch.ones_like(given.lightness)
    for term in (lambda ab: losses.pixel_loss(ab, given.ab, even), lambda ab: losses.regional_loss(ab, given.ab)):
        assert term(given.ab) == 0 and term(given.ab + 3) > 0
    gray = rgb_of_lab(torch.cat([given.lightness, given.ab * 0.2], 1))
    assert losses.colourfulness_loss(gray, given.rgb) > losses.colourfulness_loss(given.rgb, given.rgb) == 0


def test_fidelity_is_the_mean_psnr():
    given = torch.rand(3, 3, 32, 32)
    off = torch.tensor([0.5, 0.1, 0.02]).view(3, 1, 1, 1)
    psnr = -10 * (off.flatten() ** 2 + 1e-4).log10().mean()
    assert torch.isclose(losses.fidelity_loss(given + off, given), -psnr / 10, atol=1e-5)


def test_rare_colours_weigh_more_and_the_mean_is_one():
    ab = torch.zeros(1, 2, 100, 100)
    ab[:, 0, :2] = 60
    weights = losses.colour_weights([ab], 0.5)
    found = weights[losses.colour_squares(ab)]
    assert found[0, 0, 0] > 1.5 * found[0, 50, 0]
    assert abs(found.mean() - 1) < 1e-3
    assert torch.allclose(losses.colour_weights([ab], 0.0), torch.ones(()))


def test_shadows_want_no_colour():
    share = losses.shadow_share(torch.tensor([0.0, 2.0, 7.0, 12.0, 90.0]).view(-1, 1, 1, 1), (2, 12)).flatten()
    assert share.tolist() == [0, 0, 0.5, 1, 1]


def test_the_frozen_network_is_what_onnxruntime_runs(frozen_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    x = torch.randn(2, 3, 64, 96)
    expected = onnxruntime.InferenceSession(str(frozen_path)).run(None, {"input": x.numpy()})
    for mine, theirs in zip(FrozenGraph(frozen_path)(x), expected, strict=True):
        assert (mine - torch.from_numpy(theirs)).abs().max() < 1e-4


def test_perceptual_distance_is_zero_for_the_same_and_grows(frozen_path):
    frozen, given = Perceptual(frozen_path), batch()
    near, far = (rgb_of_lab(torch.cat([given.lightness, given.ab * f], 1)) for f in (0.8, 0.1))
    seen = frozen(given.rgb)
    assert perceptual_distance(seen, seen).abs().max() == 0
    assert perceptual_distance(frozen(far), seen)[3:].mean() > perceptual_distance(frozen(near), seen)[3:].mean() > 0


def test_the_discriminator_learns_to_tell(photographs):
    torch.manual_seed(0)
    judge, given = PatchDiscriminator(8), batch()
    real = torch.cat([given.lightness, given.ab], 1)
    coloured = torch.cat([given.lightness, given.ab * 0.1], 1)
    optimiser = torch.optim.Adam(judge.parameters(), lr=3e-3)
    first = None
    for _ in range(25):
        loss = discriminator_loss(judge(torch.cat([real, coloured])))
        first = first or loss.item()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.9 * first
    assert generator_loss(judge(real)) < generator_loss(judge(coloured))
