"""How much attention each layer pays to the first positions: whether the model has sinks.

    python sinks.py MODEL

Sixteen held-out requests in a row (about 80 s) are run through the reference without a window; the mass that queries
beyond position 500 put on positions 0 to 3, against what an even spread would give.
"""

import argparse
import random

import numpy as np
import torch

import audio
import domain
import voices
from duplex import rotate
from golden import Reference


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    a = parser.parse_args()
    reference, speakers, r = Reference(a.model), voices.Speakers(), random.Random(5)
    parts = []
    for _ in range(16):
        parts += [audio.level(speakers(r, domain.request(r).user, "heldout")[0], -22), np.zeros(int(3.2 * audio.RATE), np.float32)]
    x = np.concatenate(parts).astype(np.float32)
    x = x[: len(x) // audio.SLICE * audio.SLICE] + audio.coloured_noise(r, len(x) // audio.SLICE * audio.SLICE, -60)
    rows = reference.rows(x)[None]
    think, say, codes = reference.duplex.generate(rows)
    model = reference.duplex
    with torch.no_grad():
        h = model.positions(rows, think, say, codes)
        for i, layer in enumerate(model.layers):
            n = layer.attention_norm(h)
            split = lambda y, heads: y.view(1, -1, heads, layer.dim).transpose(1, 2)
            q, k = rotate(split(layer.query(n), layer.heads), 0), rotate(split(layer.key(n), layer.kv_heads), 0)
            scores = q @ k.repeat_interleave(layer.heads // layer.kv_heads, 1).transpose(2, 3) / layer.dim**0.5
            t = scores.shape[2]
            weights = scores.masked_fill(torch.ones(t, t).triu(1).bool(), -torch.inf).softmax(-1)[0, :, 500:]
            even = np.mean([4 / (p + 1) for p in range(500, t)])
            print(f"layer {i}: " + " ".join(f"{m:.3f}" for m in weights[..., :4].sum(-1).mean(-1).tolist()) + f"  (even: {even:.3f})")
            h = layer(h)


if __name__ == "__main__":
    main()
