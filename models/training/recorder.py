"""A step's work recorded once as a CUDA graph and replayed: thousands of small kernels, one launch."""

from collections import Counter
from collections.abc import Callable, Hashable

import torch

#: Times that a piece runs as it is written before it is recorded: cudnn tries its ways, tensors that stay are made.
WARM_UPS = 3


class Recorder:
    """Runs pieces of a step by name. On a GPU, a piece that has run a few times is recorded and replayed.

    A piece may read and write only tensors that stay where they are, chooses nothing on the processor
    that its name does not say, and takes random numbers from the GPU's default generator, which is
    seeded before it. Pieces share memory: nothing that one makes is read by the next, unless it stays.
    The current stream must not be the default one (`distributed.join_ranks` sees to that).
    """

    def __init__(self, device: torch.device) -> None:
        self.is_on = device.type == "cuda"
        self._runs: Counter[Hashable] = Counter()
        self._graphs: dict[Hashable, torch.cuda.CUDAGraph] = {}
        self._pool = torch.cuda.graph_pool_handle() if self.is_on else None

    def __call__(self, name: Hashable, piece: Callable[[], None]) -> None:
        if not self.is_on or self._runs[name] < WARM_UPS:
            self._runs[name] += 1
            piece()
            return
        if name not in self._graphs:
            self._graphs[name] = self._record(piece)
        self._graphs[name].replay()

    def _record(self, piece: Callable[[], None]) -> torch.cuda.CUDAGraph:
        graph, stream = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
        # Other threads, NCCL's watch for one, may ask the GPU things meanwhile.
        with torch.cuda.graph(graph, pool=self._pool, stream=stream, capture_error_mode="thread_local"):
            piece()
        return graph
