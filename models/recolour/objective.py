"""What is trained: the direction from colours to noise, for random times, hints and conditions (conditional flow matching)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from recolour.architecture import RecolourHead
from recolour.hints import Hints, random_hints
from recolour.recipe import Flow
from recolour.seen import Seen


@dataclass(frozen=True)
class Draw:
    """One batch of questions to the head. ab, noise: [N, 2, h, w]; time: [N]; hints: [N, 3, h, w]; known: [N, 1, 1, 1]."""

    seen: Seen
    ab: Tensor
    noise: Tensor
    time: Tensor
    hints: Tensor
    known: Tensor

    @property
    def noisy(self) -> Tensor:
        """The place between colours (t = 0) and noise (t = 1)."""
        time = self.time[:, None, None, None]
        return (1 - time) * self.ab + time * self.noise


def random_draw(seen: Seen, ab: Tensor, flow: Flow, hints: Hints) -> Draw:
    """`flow.draws` draws of each picture, by the global generator. ab: by the chroma scale, [N, 2, h, w]."""
    seen, ab = seen.repeated(flow.draws), ab.repeat_interleave(flow.draws, 0)
    count, device = len(ab), ab.device
    known = (torch.rand(count, 1, 1, 1, device=device) >= flow.drop).float()
    time = random_times(count, flow, device)
    return Draw(seen, ab, torch.randn_like(ab), time, random_hints(ab, hints), known)


def random_times(count: int, flow: Flow, device: torch.device) -> Tensor:
    """Times [N] in 0–1."""
    bell = torch.sigmoid(flow.location + flow.spread * torch.randn(count, device=device))
    even, choice = torch.rand(2, count, device=device)
    return torch.where(choice < flow.uniform, even, bell)


def flow_loss(head: RecolourHead, draw: Draw) -> Tensor:
    """Mean squared error of the velocity: 2 where the head knows nothing, since both ends have unit variance."""
    seen = draw.seen
    conditions = head.condition(seen.features, seen.answer, seen.lightness, draw.hints, draw.known)
    found = head.velocity(draw.noisy, draw.time, conditions)
    return (found.float() - (draw.noise - draw.ab)).square().mean()
