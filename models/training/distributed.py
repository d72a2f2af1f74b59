"""One process for each GPU, or one alone. torchrun's environment says which."""

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Ranks:
    """This process among all. Words between processors go by gloo, so that no GPU is waited for."""

    rank: int
    count: int
    device: torch.device
    words: "dist.ProcessGroup | None" = None

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def from_leader(self, values: list[float]) -> list[float]:
        """Rank 0's numbers, on every rank."""
        if self.count == 1:
            return values
        said = torch.tensor(values, dtype=torch.float64)
        dist.broadcast(said, 0, group=self.words)
        return said.tolist()

    def wait(self) -> None:
        if self.count > 1:
            dist.barrier(group=self.words)

    def average(self, tensor: Tensor) -> None:
        """Replaces the tensor by its mean over the ranks."""
        if self.count > 1:
            dist.all_reduce(tensor)
            tensor /= self.count

    def average_all(self, tensors: list[Tensor]) -> None:
        """The same of many small tensors, in one exchange."""
        if self.count == 1 or not tensors:
            return
        flat = torch.cat([t.flatten() for t in tensors])
        self.average(flat)
        for tensor, mean in zip(tensors, flat.split([t.numel() for t in tensors])):
            tensor.copy_(mean.view_as(tensor))

    def share(self, module: nn.Module) -> None:
        """Rank 0's weights and statistics on all ranks."""
        if self.count > 1:
            for tensor in module.state_dict().values():
                dist.broadcast(tensor, 0)


def join_ranks(device: str | None = None) -> Ranks:
    """Joins the processes that torchrun started; alone where it did not. device: cuda or cpu."""
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    count, local = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("LOCAL_RANK", 0))
    place = torch.device(kind, local) if kind == "cuda" else torch.device(kind)
    if kind == "cuda":
        torch.cuda.set_device(place)
        # CUDA graphs (recorder.py) cannot be recorded on the default stream.
        torch.cuda.set_stream(torch.cuda.Stream(place))
    if count == 1:
        return Ranks(0, 1, place)
    dist.init_process_group("nccl" if kind == "cuda" else "gloo", device_id=place if kind == "cuda" else None)
    return Ranks(dist.get_rank(), count, place, dist.new_group(backend="gloo"))


def leave_ranks(ranks: Ranks) -> None:
    if ranks.count > 1:
        dist.destroy_process_group()
