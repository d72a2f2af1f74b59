"""The mean of networks."""

import pytest
import torch

from ddcolor.architecture import DDColor
from ddcolor.config import VARIANTS
from ddcolor.mix import main, mixed
from ddcolor.weights import network_of, weights_of
from training.checkpoint import load, save


def network(seed: int, scale: float = 20.0) -> DDColor:
    torch.manual_seed(seed)
    return DDColor(VARIANTS["probe"], scale)


def test_weights_are_the_weighted_mean():
    one, other = network(1), network(2)
    found = mixed([(0.75, one), (0.25, other)]).state_dict()
    for name, value in found.items():
        if value.is_floating_point():
            wanted = 0.75 * one.state_dict()[name] + 0.25 * other.state_dict()[name]
            assert torch.allclose(value, wanted, atol=1e-6), name


def test_networks_that_have_no_mean_are_refused():
    with pytest.raises(ValueError, match="make 1"):
        mixed([(0.5, network(1)), (0.4, network(2))])
    with pytest.raises(ValueError, match="same sizes"):
        mixed([(0.5, network(1)), (0.5, network(2, scale=10.0))])


def test_the_command_writes_what_can_be_read_again(tmp_path):
    for seed in (1, 2):
        save(tmp_path / f"{seed}.pt", weights_of(network(seed)))
    main([f"0.5={tmp_path / '1.pt'}", f"0.5={tmp_path / '2.pt'}", "--out", str(tmp_path / "mean.pt")])
    weights = load(tmp_path / "mean.pt")
    assert weights["about"] == {"mixed": ["0.5=1.pt", "0.5=2.pt"]}
    network_of(weights)


def test_what_is_no_network_is_a_line(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([f"1={tmp_path / 'nothing'}", "--out", str(tmp_path / "mean.pt")])
    assert "nothing" in capsys.readouterr().err
