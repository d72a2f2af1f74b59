"""What a smooth surface through all that is known says of what is not: the restorer begins there.

A pyramid of means of what is known (pull and push, Gortler and others 1996), and at each size on the way back a few
means over neighbours, which bring it near to the harmonic surface (Laplace's equation with the known pixels as its
border). The app has the same in src/pipelines/repair/interpolate.ts.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

#: How often sides are halved, and means over 3 × 3 pixels at each size.
HALVINGS, MEANS = 4, 4


@torch.no_grad()
def interpolated(gray: Tensor, mask: Tensor) -> Tensor:
    """The surface: [N, 1, H, W] as gray; where mask is 0 it is gray.

    gray: −1…1; mask: 0 or 1; sides are multiples of 16. What is farther than that from anything known is middle gray, 0.
    """
    known = 1 - mask
    values, knowns = [gray * known], [known]
    for _ in range(HALVINGS):
        share = F.avg_pool2d(knowns[-1], 2)
        values.append(F.avg_pool2d(values[-1], 2) / share.clamp(min=0.25))
        knowns.append((share > 0).to(gray.dtype))
    surface = values[-1]
    for value, known in zip(reversed(values), reversed(knowns)):
        if surface.shape != value.shape:
            surface = F.interpolate(surface, scale_factor=2.0, mode="nearest")
        surface = value + surface * (1 - known)
        for _ in range(MEANS):
            near = F.avg_pool2d(surface, 3, 1, padding=1, count_include_pad=False)
            surface = value + near * (1 - known)
    return surface
