"""What the streaming reference makes of a sound: the golden file of EarTests. Run again after new weights.

    python golden_ear.py ../../Models/duet-1/ear.safetensors ../../Tests/RecognitionTests/Resources/golden-ear.json

Two ears hear 400 slices, past the point where positions begin again: the one in the file in chunks of 80 ms, and a small one, whose weights
are a formula that the test knows too, in chunks of all sizes. A stream begins with 200 samples of silence, so that a slice completes four rows.
"""

import json
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import ear  # noqa: E402
import whisper  # noqa: E402
from ear_stream import Stream  # noqa: E402
from tensors import read_safetensors  # noqa: E402

SLICE, SLICES, SILENCE = 1280, 400, 200
SMALL = dict(width=128, layers=2, hidden=96)


def noise(count, seed):
    """Integers from -32768 to 32767: the upper half of a linear congruence (Numerical Recipes)."""
    out, state = np.empty(count, np.int64), seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = (state >> 16) - 32768
    return out


def sound():
    """Loud noise and pulses that change with every slice, fall silent in every fourth quarter of 16 slices, and for five seconds."""
    raw, i = noise(SLICES * SLICE, 7), np.arange(SLICES * SLICE)
    n = i // SLICE
    raw = raw // 8 + np.where(i % (80 + n % 50) == 0, 20000, 0)
    gain = np.where((n % 16 > 11) | (n // 62 == 3), 0, n * 37 % 101)
    return (raw * gain).astype(np.float32) / np.float32(101 * 2048)


def small():
    """The small ear's encoder, its tensors numbered by name."""
    encoder = whisper.Encoder(SMALL["width"], SMALL["width"] // 64, SMALL["layers"])
    for block in encoder.blocks:
        block.up = torch.nn.Linear(SMALL["width"], SMALL["hidden"])
        block.down = torch.nn.Linear(SMALL["hidden"], SMALL["width"])
    state = {}
    for seed, (name, value) in enumerate(sorted(encoder.state_dict().items())):
        drawn = noise(value.numel(), seed).astype(np.float32).reshape(value.shape) / np.float32(32768)
        if "norm" in name and name.endswith("weight"):
            drawn = 1 + drawn / 4
        else:
            drawn = drawn / (4 if "qkv" in name else 8)
        state[name] = torch.tensor(drawn)
    encoder.load_state_dict(state)
    return encoder.eval()


def heard(encoder, chunk, x):
    """Rows of the stream, a slice at a time."""
    stream, out = Stream(encoder, chunk), []
    stream.feed(torch.zeros(SILENCE))
    for at in range(0, len(x), SLICE):
        rows = stream.feed(torch.tensor(x[at : at + SLICE]))
        assert len(rows) == (chunk if (at // SLICE + 1) * 4 % chunk == 0 else 0)
        out.append(rows)
    return torch.cat(out)


def pooled(rows, every, columns):
    return [float(f"{v:.6g}") for v in rows[::every, ::columns].flatten().tolist()]


def characters(path, rows):
    """The head's log probabilities."""
    head = ear.Head(rows.shape[1]).eval()
    head.load_state_dict({k[5:]: v for k, v in read_safetensors(path).items() if k.startswith("head.")})
    with torch.no_grad():
        return head(rows[None])[0]


def main(path, out):
    torch.set_num_threads(1)
    tensors, x = read_safetensors(path), sound()
    width = len(tensors["encoder.norm.weight"])
    encoder = whisper.Encoder(width, width // 64, sum(k.endswith(".up.weight") for k in tensors))
    encoder.load_state_dict({k[8:]: v for k, v in tensors.items() if k.startswith("encoder.")})
    rows = heard(encoder.eval(), 4, x)
    golden = dict(rows=pooled(rows, 17, 16), characters=pooled(characters(path, rows), 101, 2))
    little = small()
    golden["small"] = {str(20 * chunk): pooled(heard(little, chunk, x), 29, 8) for chunk in whisper.CHUNKS}
    with open(out, "w") as f:
        json.dump(golden, f, separators=(",", ":"))
    print(f"{out}: {os.path.getsize(out)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
