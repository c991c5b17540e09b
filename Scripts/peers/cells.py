"""What is measured: shapes, cells, contestants, and what the project wants of their ratios."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """A decoder with heads of 64, tied embeddings and no biases; the same as `duet bench decode` knows by this name."""

    width: int
    layers: int
    heads: int
    key_heads: int
    hidden: int
    vocabulary: int
    head_dim: int = 64


SHAPES = {
    "135m": Shape(width=576, layers=30, heads=9, key_heads=3, hidden=1536, vocabulary=49_152),
    # The default mind: not random weights, but its file.
    "mind": Shape(width=576, layers=30, heads=9, key_heads=3, hidden=1536, vocabulary=49_152),
    "0.5b": Shape(width=896, layers=24, heads=14, key_heads=2, hidden=4864, vocabulary=151_936),
}


@dataclass(frozen=True)
class Cell:
    shape: str
    context: int
    batch: int

    def __str__(self):
        return f"{self.shape}, context {self.context}, batch {self.batch}"


@dataclass(frozen=True)
class Contestant:
    """One way to decode. The variant is what its user may choose freely: the cache, the kind of attention."""

    peer: str
    weights: str
    variant: str

    def __str__(self):
        return f"{self.peer} {self.weights}, {self.variant}"


@dataclass(frozen=True)
class Target:
    """Ours must decode `must` times as fast as the best of the peer's contestants, of these weights where given."""

    cell: Cell
    peer: str
    weights: str | None
    must: float

    def admits(self, contestant):
        return contestant.peer == self.peer and self.weights in (None, contestant.weights)


TARGETS = [
    Target(Cell("135m", 128, 1), "llama.cpp", "Q8_0", 1.7),
    Target(Cell("135m", 128, 8), "llama.cpp", "Q8_0", 6.0),
    Target(Cell("135m", 128, 32), "llama.cpp", "Q8_0", 6.0),
    Target(Cell("135m", 1024, 32), "llama.cpp", "Q8_0", 5.5),
    Target(Cell("135m", 1024, 32), "llama.cpp", None, 4.0),
    Target(Cell("135m", 128, 32), "llama.cpp", None, 2.8),
    Target(Cell("135m", 128, 32), "PyTorch", None, 1.7),
    Target(Cell("0.5b", 128, 1), "llama.cpp", "Q8_0", 1.4),
    Target(Cell("0.5b", 128, 16), "llama.cpp", "Q8_0", 5.5),
    Target(Cell("mind", 128, 1), "llama.cpp", None, 1.5),
    Target(Cell("mind", 128, 8), "llama.cpp", None, 4.0),
    Target(Cell("mind", 128, 32), "llama.cpp", None, 5.0),
]

OURS = "duet"
MIND = ".weights/minds/SmolLM2-135M-Instruct.Q4_1.gguf"


def contestants(quick, shape):
    """All of them, or those that are the fastest nearly always."""
    if shape == "mind":
        # int8 with a scale a row is faster with many sessions, but loses more of this model than is allowed (docs/benchmarks.md).
        ours = [Contestant(OURS, weights, "int8 cache") for weights in ("int4g", "int8g")]
        # Plain buffers leave out tiles (AMX), with which this library may end by an illegal instruction.
        variants = [
            attention + buffers
            for attention in ("flash attention", "plain attention", "flash attention, q8_0 cache")
            for buffers in ("", ", plain buffers")]
        return ours + [Contestant("llama.cpp", "Q4_1", variant) for variant in variants]
    caches = ["bf16 cache"] if quick else ["bf16 cache", "int8 cache"]
    llama = ["Q8_0", "Q4_0", "BF16"] if quick else ["Q8_0", "Q4_0", "BF16", "F16", "F32"]
    attention = ["flash attention"] if quick else ["flash attention", "plain attention"]
    # A quantized cache requires flash attention, and nobody would combine it with unquantized weights.
    quantized = [] if quick else [Contestant("llama.cpp", w, "flash attention, q8_0 cache") for w in llama if w[0] == "Q"]
    torch = ["int8"] if quick else ["int8", "bf16", "f32"]
    growth = ["static cache"] if quick else ["static cache", "growing cache"]
    return (
        [Contestant(OURS, "int8", cache) for cache in caches]
        + [Contestant("llama.cpp", weights, variant) for weights in llama for variant in attention]
        + quantized
        + [Contestant("PyTorch", weights, variant) for weights in torch for variant in growth]
    )
