"""Whisper's encoder in PyTorch, with full context or block-causal, from the weights of a CTranslate2 model.

Block-causal: a frame of 20 ms sees its own chunk of frames and `LEFT` frames before that chunk, and the log-mel is
clamped against the loudest so far instead of the window's. Positions are Whisper's own, 0 up to 1499; a stream that gets
to `POSITIONS` begins again: its last `LEFT` frames are encoded anew at positions 0 up to `LEFT` - 1.
"""

import math
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

RATE, HOP, WINDOW, BANDS = 16000, 160, 400, 80
# Samples in a feature frame, and feature frames in a 30 s window.
FRAME, FRAMES = 2 * HOP, 1500
LEFT, POSITIONS = 256, 1488
# Queries computed together; they see the two previous blocks and their own.
BLOCK = 128
# Chunk sizes in frames: 80, 160, 320 ms.
CHUNKS = (4, 8, 16)
assert LEFT <= 2 * BLOCK and not any(n % CHUNKS[-1] for n in (LEFT, POSITIONS, BLOCK))
# The running level falls by this per mel frame (log10 of power), but never below the floor.
LEVEL_FALL, LEVEL_FLOOR = 0.0005, -0.5


def read_ctranslate2(path):
    """The arrays of a `model.bin`: header, then name, shape, type and data of each, then names that share one."""
    types = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
    with open(path, "rb") as f:
        data = f.read()
    at, out = 0, {}

    def number(code):
        nonlocal at
        (value,) = struct.unpack_from("<" + code, data, at)
        at += struct.calcsize("<" + code)
        return value

    def string():
        nonlocal at
        length = number("H")
        at += length
        return data[at - length : at].rstrip(b"\0").decode()

    number("I"), string(), number("I")
    for _ in range(number("I")):
        name, shape = string(), [number("I") for _ in range(number("B"))]
        kind, size = types[number("B")], number("I")
        out[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at).reshape(shape)
        at += size
    for _ in range(number("I") if at < len(data) else 0):
        name = string()
        out[name] = out[string()]
    return out


def mel_filters():
    """[bands, bins] triangles of equal area on Slaney's scale: linear to 1 kHz, then 27 steps to each factor of 6.4."""
    step = 200 / 3
    to_mel = lambda f: np.where(f < 1000, f / step, 15 + 27 * np.log(np.maximum(f, 1) / 1000) / math.log(6.4))
    to_hertz = lambda m: np.where(m < 15, m * step, 1000 * np.exp((m - 15) * math.log(6.4) / 27))
    edges = to_hertz(np.linspace(0, to_mel(np.float64(RATE / 2)), BANDS + 2))[:, None]
    f = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    rise = (f - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - f) / (edges[2:] - edges[1:-1])
    return torch.tensor(np.maximum(0, np.minimum(rise, fall)) * 2 / (edges[2:] - edges[:-2]), dtype=torch.float32)


_FILTERS, _HANN = mel_filters(), torch.hann_window(WINDOW)


def log_power(frames):
    """[..., samples of a window] to [..., bands]: log10 of the power in each band."""
    spectrum = torch.fft.rfft(frames * _HANN)
    return ((spectrum.real**2 + spectrum.imag**2) @ _FILTERS.T).clamp(min=1e-10).log10()


def log_mel(x):
    """[batch, samples] to [batch, samples / 160, bands], each frame's middle at its first sample; not yet clamped."""
    padded = F.pad(x[:, None], (WINDOW // 2, WINDOW // 2), "reflect")[:, 0]
    return log_power(padded.unfold(1, WINDOW, HOP)[:, : x.shape[1] // HOP])


def clamp_whole(mel):
    """As Whisper does: nothing is more than eight decades below the loudest of the window."""
    return (torch.maximum(mel, mel.amax((1, 2), keepdim=True) - 8) + 4) / 4


def clamp_running(mel):
    """The same against the loudest so far, which fades."""
    fade = torch.arange(mel.shape[1]) * LEVEL_FALL
    level = (torch.cummax(mel.amax(2) + fade, 1)[0] - fade).clamp(min=LEVEL_FLOOR)
    return (torch.maximum(mel, level[..., None] - 8) + 4) / 4


def chunk_mask(frames, chunk):
    """[blocks, BLOCK, 3 * BLOCK] to add to the scores; the keys begin two blocks before the queries."""
    query = torch.arange(frames).view(-1, BLOCK, 1)
    key = query[:, :1] - 2 * BLOCK + torch.arange(3 * BLOCK)
    first = query // chunk * chunk
    seen = (key >= 0) & (key >= first - LEFT) & (key < first + chunk)
    return torch.where(seen, 0.0, -1e4)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def project(self, x):
        """Queries, keys, values, each [batch, heads, frames, width of a head]."""
        return self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)

    def merge(self, y):
        return self.out(y.transpose(1, 2).flatten(2))

    def forward(self, x, mask=None):
        q, k, v = self.project(x)
        return self.merge(F.scaled_dot_product_attention(q, k, v) if mask is None else self._blocks(q, k, v, mask))

    def _blocks(self, q, k, v, mask):
        # Two products over blocks: differentiating masked attention over all frames costs ten times as much.
        def three(y):
            y = F.pad(y.unflatten(2, (-1, BLOCK)), (0, 0, 0, 0, 2, 0))
            return torch.cat([y[:, :, :-2], y[:, :, 1:-1], y[:, :, 2:]], 3)

        with torch.autocast(q.device.type, enabled=False):
            scores = q.unflatten(2, (-1, BLOCK)) * q.shape[-1] ** -0.5 @ three(k).transpose(-1, -2)
            return (torch.softmax(scores + mask.to(scores.dtype), -1) @ three(v)).flatten(2, 3)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.hidden_norm, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def mlp(self, x):
        return x + self.down(F.gelu(self.up(self.hidden_norm(x))))

    def forward(self, x, mask=None):
        return self.mlp(x + self.attention(self.norm(x), mask))


class Encoder(nn.Module):
    def __init__(self, width, heads, layers):
        super().__init__()
        self.width = width
        self.stem1 = nn.Conv1d(BANDS, width, 3, padding=1)
        self.stem2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        rates = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2, dtype=torch.float64))
        angles = torch.arange(FRAMES, dtype=torch.float64)[:, None] * rates
        self.register_buffer("positions", torch.cat([angles.sin(), angles.cos()], 1).float(), persistent=False)

    def stem(self, mel):
        """[batch, mel frames, bands] to [batch, frames, width]."""
        return F.gelu(self.stem2(F.gelu(self.stem1(mel.transpose(1, 2))))).transpose(1, 2)

    def body(self, rows, chunk=None):
        """Features of at most 1500 stem rows, with full context or in chunks."""
        frames, mask = rows.shape[1], None
        x = rows + self.positions[:frames]
        if chunk:
            x = F.pad(x, (0, 0, 0, -frames % BLOCK))
            mask = chunk_mask(x.shape[1], chunk).to(x.device)
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x)[:, :frames]

    def full(self, x):
        return self.body(self.stem(clamp_whole(log_mel(x))))

    def streamed(self, x, chunk):
        """[batch, samples] of any length to features, as a stream computes them."""
        rows = self.stem(clamp_running(log_mel(x)))
        out = [self.body(rows[:, :POSITIONS], chunk)]
        for at in range(POSITIONS - LEFT, rows.shape[1] - LEFT, POSITIONS - LEFT):
            out.append(self.body(rows[:, at : at + POSITIONS], chunk)[:, LEFT:])
        return torch.cat(out, 1)


def _names(layers):
    """This file's name and CTranslate2's of every part: (ours, theirs, is a norm)."""
    yield from (("stem1", "conv1", False), ("stem2", "conv2", False), ("norm", "layer_norm", True))
    for i in range(layers):
        ours, theirs = f"blocks.{i}.", f"layer_{i}/"
        yield from (
            (ours + "norm", theirs + "self_attention/layer_norm", True), (ours + "attention.qkv", theirs + "self_attention/linear_0", False),
            (ours + "attention.out", theirs + "self_attention/linear_1", False), (ours + "hidden_norm", theirs + "ffn/layer_norm", True),
            (ours + "up", theirs + "ffn/linear_0", False), (ours + "down", theirs + "ffn/linear_1", False))


def load(path):
    """The encoder of a CTranslate2 `model.bin`."""
    arrays = read_ctranslate2(path)
    layers = len({k.split("/")[1] for k in arrays if k.startswith("encoder/layer_") and "layer_norm" not in k.split("/")[1]})
    width = arrays["encoder/conv1/weight"].shape[0]
    encoder, state = Encoder(width, width // 64, layers), {}
    for ours, theirs, norm in _names(layers):
        for mine, other in (("weight", "gamma" if norm else "weight"), ("bias", "beta" if norm else "bias")):
            state[f"{ours}.{mine}"] = torch.tensor(arrays[f"encoder/{theirs}/{other}"].astype(np.float32))
    encoder.load_state_dict(state)
    return encoder.eval()
