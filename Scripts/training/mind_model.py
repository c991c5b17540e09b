"""The base model with low-rank updates (LoRA, arXiv 2106.09685) beside its frozen weights, and two trained rows of the embedding."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from mind_base import IDLE, RESUME, Reader, tokenizer

PARTS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
ROWS = (RESUME, IDLE)


class Norm(torch.autograd.Function):
    """RMS norm in the fewest passes over memory: rows are short, so on a CPU the passes are what it costs."""

    @staticmethod
    def forward(context, x, weight, epsilon, dtype):
        scale = torch.rsqrt(torch.linalg.vector_norm(x, dim=-1, keepdim=True).square() / x.shape[-1] + epsilon)
        normal = (x * scale).to(dtype)
        context.save_for_backward(normal, scale, weight)
        return normal * weight

    @staticmethod
    def backward(context, gradient):
        normal, scale, weight = context.saved_tensors
        g = gradient * weight
        mean = (g * normal).sum(-1, keepdim=True, dtype=torch.float32) / g.shape[-1]
        return torch.addcmul(g, normal, mean.to(g.dtype), value=-1).float() * scale, None, None, None


class Mind(nn.Module):
    def __init__(self, path, rank=32, alpha=2.0, dtype=torch.bfloat16, seed=0, fixed=0):
        """`alpha` multiplies the update. Without rank: the base model as it is. The first `fixed` layers have no update."""
        super().__init__()
        file = Reader(path)
        get = lambda key: file.fields["llama." + key]
        self.layers, self.width, self.heads, self.kv = (
            get("block_count"), get("embedding_length"), get("attention.head_count"), get("attention.head_count_kv"))
        self.head, self.epsilon, self.alpha, self.rank, self.dtype = get("rope.dimension_count"), get("attention.layer_norm_rms_epsilon"), alpha, rank, dtype
        self.inverse = get("rope.freq_base") ** -(torch.arange(0, self.head, 2, dtype=torch.float64) / self.head)
        self.words = tokenizer(file.fields)
        self.fixed, self.frozen = fixed, {k: v.to(dtype) for k, v in file.tensors.items()}
        self.rows = nn.Parameter(file.tensors["token_embd.weight"][list(ROWS)].clone())
        self.lora = nn.ParameterDict()
        random = torch.Generator().manual_seed(seed)
        for name in [f"blk.{n}.{part}" for n in range(fixed, self.layers) for part in PARTS] if rank else []:
            out, into = file.tensors[name + ".weight"].shape
            key = name.replace(".", "_")
            self.lora[key + "_a"] = nn.Parameter(torch.randn(rank, into, generator=random) / math.sqrt(into))
            self.lora[key + "_b"] = nn.Parameter(torch.zeros(out, rank))

    def merge(self):
        """Adds the updates to the weights, for decoding and tests."""
        with torch.no_grad():
            for name, update in self.updates().items():
                self.frozen[name + ".weight"] = (self.frozen[name + ".weight"].float() + update[1] @ update[0]).to(self.dtype)
            self.frozen["token_embd.weight"][list(ROWS)] = self.rows.to(self.dtype)
        self.lora = nn.ParameterDict()
        return self

    def updates(self):
        """{name: (a [rank, in], b [out, rank] with alpha)}"""
        if not len(self.lora):
            return {}
        names = [f"blk.{n}.{part}" for n in range(self.fixed, self.layers) for part in PARTS]
        return {n: (self.lora[n.replace(".", "_") + "_a"], self.lora[n.replace(".", "_") + "_b"] * self.alpha) for n in names}

    def norm(self, x, name):
        return Norm.apply(x, self.frozen[name + ".weight"], self.epsilon, self.dtype)

    def product(self, x, name):
        y = F.linear(x, self.frozen[name + ".weight"])
        key = name.replace(".", "_")
        if key + "_a" in self.lora:
            a, b = self.lora[key + "_a"].to(self.dtype), (self.lora[key + "_b"] * self.alpha).to(self.dtype)
            y = y + F.linear(F.linear(x, a), b)
        return y

    def angles(self, positions):
        """Rotations for positions [B, T] as complex numbers [B, 1, T, head / 2]."""
        a = positions.double()[..., None] * self.inverse
        return torch.polar(torch.ones_like(a), a).to(torch.complex64)[:, None]

    def rotated(self, x, angles):
        """Pairs (2i, 2i + 1): the file's rows of q and k are permuted for that."""
        pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
        return torch.view_as_real(pairs * angles).flatten(-2).to(x.dtype)

    def attended(self, q, k, v, mask):
        """q [B, heads, T, head], k and v [B, kv, keys, head], mask [B or 1, 1, T, keys] added to the scores -> [B, T, heads * head].
        Written out: PyTorch's fused attention takes five times as long backwards on a CPU."""
        B, _, T, _ = q.shape
        q = q.reshape(B, self.kv, -1, self.head)
        scores = (q @ k.transpose(2, 3)).view(B, self.kv, -1, T, k.shape[2]) * (self.head ** -0.5) + mask[:, :, None]
        o = torch.softmax(scores, -1, torch.float32).to(self.dtype).view(B, self.kv, -1, k.shape[2]) @ v
        return o.view(B, self.heads, T, self.head).transpose(1, 2).reshape(B, T, -1)

    def embedded(self, ids):
        x = F.embedding(ids, self.frozen["token_embd.weight"]).float()
        rows = self.rows.detach() if self.fixed else self.rows  # Then no gradient need pass the fixed layers; the head's remains.
        for i, row in enumerate(ROWS):
            x = torch.where((ids == row)[..., None], rows[i], x)
        return x

    def forward(self, ids, positions, mask, cache=None, at=None):
        """ids [B, T], positions [B, T], mask [B or 1, 1, T, keys] (0 or -inf) -> last hidden rows [B, T, width]. `cache`: (keys, values), each
        [layers, B, kv, length, head], which `at` (a slice) writes to."""
        B, T = ids.shape
        x, angles = self.embedded(ids), self.angles(positions)
        for n in range(self.layers):
            p = f"blk.{n}."
            h = self.norm(x, p + "attn_norm")
            q, k, v = (self.product(h, p + part).view(B, T, -1, self.head).transpose(1, 2) for part in PARTS[:3])
            q, k = self.rotated(q, angles), self.rotated(k, angles)
            if cache is not None:
                cache[0][n][:, :, at], cache[1][n][:, :, at] = k, v
                k, v = cache[0][n][:, :, : mask.shape[-1]], cache[1][n][:, :, : mask.shape[-1]]
            x = x + self.product(self.attended(q, k, v, mask), p + "attn_output")
            h = self.norm(x, p + "ffn_norm")
            x = x + self.product(F.silu(self.product(h, p + "ffn_gate")) * self.product(h, p + "ffn_up"), p + "ffn_down")
        return self.norm(x, "output_norm")

    def logits(self, rows):
        """Hidden rows [n, width] -> [n, vocabulary]. The head is the embedding."""
        out = F.linear(rows, self.frozen["token_embd.weight"]).float()
        own = F.linear(rows, self.rows.to(self.dtype)).float()
        return out.index_copy(-1, torch.tensor(ROWS), own)
