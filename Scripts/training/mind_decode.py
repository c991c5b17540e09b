"""Batched greedy decoding with a `Mind`: prompts of different lengths side by side, left-aligned, each with its own positions."""

import torch

from mind_base import END


def causal(positions, keys, dtype):
    """What queries at `positions` [B, T] may see of `keys` cached rows: [B, 1, T, keys]."""
    hidden = torch.arange(keys)[None, None] > positions[:, :, None]
    return torch.zeros(hidden.shape, dtype=dtype).masked_fill(hidden, float("-inf"))[:, None]


def padded(ids, value=0):
    length = max(map(len, ids))
    return torch.tensor([i + [value] * (length - len(i)) for i in ids])


class Decoder:
    """One batch of growing contexts."""

    def __init__(self, mind, size, length):
        shape = (mind.layers, size, mind.kv, length, mind.head)
        self.mind, self.cache = mind, (torch.zeros(shape, dtype=mind.dtype), torch.zeros(shape, dtype=mind.dtype))

    @torch.inference_mode()
    def prefill(self, ids):
        """Hidden rows of all positions [B, T, width]."""
        x = padded(ids)
        positions = torch.arange(x.shape[1])[None]
        return self.mind(x, positions, causal(positions, x.shape[1], self.mind.dtype), self.cache, slice(0, x.shape[1]))

    @torch.inference_mode()
    def step(self, ids, at):
        """One token for each context, `ids` [B] at the positions `at` [B]; hidden rows [B, width]."""
        rows, keys = torch.arange(len(ids)), int(at.max()) + 1
        writer = _Rows(self.cache, rows, at)
        return self.mind(ids[:, None], at[:, None], causal(at[:, None], keys, self.mind.dtype), writer, None)[:, 0]


class _Rows:
    """Lets `Mind.forward` write one row per context, at different positions."""

    def __init__(self, cache, rows, at):
        self.parts = [[_Layer(c, rows, at) for c in part] for part in cache]

    def __getitem__(self, i):
        return self.parts[i]


class _Layer:
    def __init__(self, cache, rows, at):
        self.cache, self.rows, self.at = cache, rows, at

    def __setitem__(self, _, value):
        self.cache[self.rows, :, self.at] = value[:, :, 0].to(self.cache.dtype)

    def __getitem__(self, index):
        return self.cache[index]


@torch.inference_mode()
def generate(mind, prompts, most=48, size=32, stop=(END, 0)):
    """Greedy continuations (lists of ids, without the stop) of `prompts` (lists of ids)."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    out = [[] for _ in prompts]
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        some = [prompts[i] for i in chosen]
        at = torch.tensor([len(i) for i in some])
        decoder = Decoder(mind, len(some), int(at.max()) + most)
        rows = decoder.prefill(some)[torch.arange(len(some)), at - 1]
        done = torch.zeros(len(some), dtype=torch.bool)
        for _ in range(most):
            token = mind.logits(rows).argmax(-1)
            done |= torch.isin(token, torch.tensor(stop))
            if bool(done.all()):
                break
            for i, t, d in zip(chosen, token.tolist(), done.tolist()):
                if not d:
                    out[i].append(t)
            rows = decoder.step(token, at)
            at = at + 1
    return out
