"""What the steps since the last report came to, kept on the device until it is asked for."""

import torch
from torch import Tensor


class Sums:
    """Sums by name. They stay where they are, so that recorded steps add to them."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._sums: dict[str, Tensor] = {}

    def add(self, values: dict[str, Tensor]) -> None:
        for name, value in values.items():
            if name not in self._sums:
                self._sums[name] = torch.zeros((), device=self.device)
            self._sums[name].add_(value.detach())

    def add_update(self, norm: Tensor, spoilt: Tensor) -> None:
        """What `optimiser.update` returned: a norm that is not finite counts as 0."""
        self.add({"norm": torch.nan_to_num(norm, 0.0, 0.0, 0.0), "spoilt": spoilt})

    def report(self, steps: int) -> dict[str, float]:
        """Means over the steps since the last report, and how many updates were `spoilt`. Waits for the GPU.

        Raises FloatingPointError where most updates were left out because they were not finite.
        """
        found = {name: round(value.item() / steps, 5) for name, value in self._sums.items()}
        found["spoilt"] = round(found.get("spoilt", 0) * steps)
        for value in self._sums.values():
            value.zero_()
        if found["spoilt"] > steps / 2:
            raise FloatingPointError(f"{found['spoilt']} of {steps} updates were not finite; lower the rate")
        return found
