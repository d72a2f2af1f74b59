"""The fold, and what must not depend on the memory's layout."""

import math

import pytest
import torch

from ddcolor.architecture import DDColor, published_forward, sine_table
from ddcolor.config import VARIANTS, DDColorConfig


def network() -> DDColor:
    torch.manual_seed(0)
    made = DDColor(VARIANTS["probe"])
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
    for parameter in made.parameters():
        # The exporter makes one of equal vectors, which trained ones are not.
        if parameter.ndim == 1:
            parameter.data += torch.randn_like(parameter) * 0.1
    # ICNR's equal pixels would hide a wrong order of them.
    torch.nn.init.normal_(made.last.conv.weight, std=0.3)
    return made.eval()


@torch.no_grad()
def test_the_folded_network_is_the_published_one():
    gray = torch.rand(2, 1, 64, 96).expand(-1, 3, -1, -1)
    made = network()
    plain = published_forward(made, gray)
    assert plain.std() > 1
    assert (made(gray) - plain).abs().max() < 1e-4


@torch.no_grad()
def test_channels_last_memory_changes_nothing():
    gray = torch.rand(2, 1, 64, 64).expand(-1, 3, -1, -1)
    made = network()
    expected = made(gray)
    last = made.to(memory_format=torch.channels_last)(gray.contiguous(memory_format=torch.channels_last))
    assert (last - expected).abs().max() < 1e-4


def test_position_tables_are_what_the_readme_says():
    table = sine_table(13, 128)
    for i, j in ((0, 0), (5, 7), (12, 63)):
        angle = 2 * math.pi * (i + 1) / (13 + 1e-6) / 10000 ** (2 * j / 128)
        assert table[i, 2 * j] == pytest.approx(math.sin(angle), abs=1e-6)
        assert table[i, 2 * j + 1] == pytest.approx(math.cos(angle), abs=1e-6)


def test_sizes_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="four"):
        DDColorConfig((2, 2, 2), (8, 16, 24), 32)
