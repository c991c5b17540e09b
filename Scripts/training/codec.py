"""The speech codec: 25 codes a second, one codebook of 4096 (FSQ 8 x 8 x 8 x 8), causal decoder to the waveform.

    python codec.py SPEECH OUT.pt [--steps N]

Encoder: sees the whole clip (only used to make training targets). Decoder: causal blocks at 25 Hz, times four, causal
blocks at 100 Hz, magnitude and phase, inverse STFT (640 / 160); the audio of a code is complete 480 samples after it.
"""

import argparse
import json
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import audio
from encoder import Block
from training import DEVICE, Run, autocast

LEVELS = 8
DIMENSIONS = 4
CODES = LEVELS**DIMENSIONS
CODE_SAMPLES = 640
TAIL = audio.WINDOW - audio.HOP
# Limit of the log magnitude.
MAGNITUDE_LOG_MAX = 6.0

_BANKS = {n: torch.tensor(audio.mel_bank(80 if n >= 640 else 40, n)) for n in (640, 1024, 256)}
_WINDOWS = {n: torch.hann_window(n) for n in (640, 1024, 512, 256)}


def spectrum(x, n, hop):
    return torch.stft(x, n, hop, n, _WINDOWS[n].to(x.device), center=True, return_complex=True, pad_mode="constant").abs()


def mel(x, n=640, hop=160):
    return torch.log(torch.clamp(_BANKS[n].to(x.device) @ spectrum(x, n, hop), min=1e-4))


class Quantizer(nn.Module):
    """Finite scalar quantization (Mentzer et al. 2023): each of four values to one of eight levels."""

    def __init__(self):
        super().__init__()
        self.half = (LEVELS - 1) * 1.001 / 2

    def forward(self, z):
        z = torch.tanh(z + np.arctanh(0.5 / self.half)) * self.half - 0.5
        return (z + (z.round() - z).detach()) / (LEVELS // 2)

    def index(self, q):
        digits = (q * (LEVELS // 2) + LEVELS // 2).round().long()
        return (digits * torch.tensor([LEVELS**i for i in range(DIMENSIONS)], device=q.device)).sum(-1)


def code_values(index):
    """[..., 4] values in [-1, 1) of code indices."""
    return torch.stack([(index // LEVELS**i) % LEVELS for i in range(DIMENSIONS)], -1).float() / (LEVELS // 2) - 1


class Decoder(nn.Module):
    def __init__(self, width=256, hidden=512):
        super().__init__()
        self.input = nn.Linear(DIMENSIONS, width)
        self.slow = nn.Sequential(*[Block(width, hidden, d) for d in (1, 2, 4)])
        self.spread = nn.Linear(width, 4 * width)
        self.fast = nn.Sequential(*[Block(width, hidden, d) for d in (1, 2, 4, 1, 2)])
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, 2 * (audio.WINDOW // 2 + 1))

    def frames(self, q):
        """[batch, codes, 4] to windowed frames [batch, 4 codes, 640]."""
        x = self.slow(self.input(q))
        b, t, d = x.shape
        x = self.fast(self.spread(x).reshape(b, 4 * t, d))
        magnitude, phase = self.output(self.norm(x)).float().chunk(2, -1)
        magnitude = torch.exp(torch.clamp(magnitude - 2, max=MAGNITUDE_LOG_MAX))
        spectrum = torch.complex(magnitude * torch.cos(phase), magnitude * torch.sin(phase))
        return torch.fft.irfft(spectrum, n=audio.WINDOW) * _WINDOWS[audio.WINDOW].to(x.device)

    def forward(self, q):
        """[batch, codes, 4] to audio [batch, 640 codes + 480]; frame k is added at 160 k. Window power sums to 1.5."""
        y = self.frames(q)
        n = y.shape[1]
        length = (n - 1) * audio.HOP + audio.WINDOW
        return F.fold(y.transpose(1, 2), (1, length), (1, audio.WINDOW), stride=(1, audio.HOP))[:, 0, 0] / 1.5


class Codec(nn.Module):
    def __init__(self, width=256, hidden=512):
        super().__init__()
        self.input = nn.Linear(4 * audio.BANDS, width)
        self.blocks = nn.Sequential(*[Block(width, hidden, 1, causal=False) for _ in range(3)])
        self.output = nn.Linear(width, DIMENSIONS)
        self.quantizer = Quantizer()
        self.decoder = Decoder(width, hidden)

    def encode(self, x):
        """Audio [batch, 640 n] to values [batch, n, 4]. Code i covers samples [640 i + 240, 640 i + 880) of the decoder's output."""
        m = mel(x)[:, :, 1:]
        b, bands, t = m.shape
        h = ((m[:, :, : t // 4 * 4] + 4) / 3).transpose(1, 2).reshape(b, t // 4, 4 * bands)
        return self.quantizer(self.output(self.blocks(self.input(h))).float())

    def forward(self, x):
        q = self.encode(x)
        # Shift by 240 samples, half of the inverse STFT's tail, so that a code is centred on the audio that it encodes.
        return self.decoder(q)[:, 240 : 240 + x.shape[1]], q


def loss_of(y, x):
    """Multi-resolution mel and magnitude distance, as HiFi-GAN and Vocos without their discriminators."""
    total = 0
    for n, hop in ((640, 160), (1024, 256), (256, 64)):
        total = total + F.l1_loss(mel(y, n, hop), mel(x, n, hop))
    for n, hop in ((1024, 200), (512, 100), (256, 50)):
        a, b = spectrum(y, n, hop), spectrum(x, n, hop)
        total = total + 0.5 * (F.l1_loss(torch.log(a + 1e-3), torch.log(b + 1e-3)) + (a - b).norm() / b.norm().clamp(min=1e-3))
    return total


def load_speech(folder):
    """[(row, audio)] of a folder written by speech.py."""
    with open(os.path.join(folder, "index.json")) as f:
        rows = json.load(f)
    pcm = np.memmap(os.path.join(folder, "audio.i16"), np.int16, "r")
    return [(row, pcm[row["start"] : row["start"] + row["count"]].astype(np.float32) / 32767) for row in rows]


def pad(x):
    """A clip as it is coded: room for the decoder's tail, whole slices."""
    x = np.pad(x, (240, 480))
    return np.pad(x, (0, -len(x) % audio.SLICE))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("speech")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=12)
    a = parser.parse_args()
    torch.manual_seed(0)
    r = np.random.RandomState(0)
    clips = [pad(x) for _, x in load_speech(a.speech)]
    held, clips = clips[:40], clips[40:]
    everything = torch.tensor(np.concatenate(clips))
    # Half of the segments start at a clip's start, where the decoder has no history.
    starts = np.cumsum([0] + [len(c) for c in clips])[:-1]
    model, n = Codec(), 32 * CODE_SAMPLES
    run = Run(model, a.out, steps=a.steps, rate=1e-3, warmup=50, betas=(0.8, 0.98), weight_decay=0.01)
    while not run.done:
        at = [int(r.choice(starts)) if r.rand() < 0.4 else r.randint(0, len(everything) - n) for _ in range(a.batch)]
        x = torch.stack([everything[min(i, len(everything) - n) :][:n] for i in at]).to(DEVICE)
        with autocast():
            y, q = model(x)
        if run.update(loss_of(y.float(), x), audio_seconds=x.numel() / audio.RATE):
            with torch.no_grad():
                pairs = [(model(x)[0], x) for x in (torch.tensor(h)[None].to(DEVICE) for h in held[:12])]
                distances = [F.l1_loss(mel(y), mel(x)).item() for y, x in pairs]
            print(f"held-out mel distance {np.mean(distances):.3f}, codes in batch {len(torch.unique(model.quantizer.index(q)))} of {q.shape[0] * q.shape[1]}", flush=True)
    run.finish()


if __name__ == "__main__":
    main()
