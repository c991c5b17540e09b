"""The small voice: phones to durations, frames of sound's features, filters, samples. Sources/Synthesis/Small computes the same.

    phones ─▶ encoder ─▶ durations ─▶ frames ─▶ log-mel, pitch, whether voiced ─▶ filters ─▶ pulses and noise, filtered ─▶ samples

A frame is 10 ms of sound at 16 kHz. Frame k is centred on sample 160 k + 80; its window has 640 samples."""

import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from voice_symbols import COMMA, END, PHONES

RATE, HOP, WINDOW = 16000, 160, 640
BINS = WINDOW // 2 + 1
MELS = 80
FACTS, PLACES = 8, 16
# Pitch is learned as (ln f0 - MEAN) / DEVIATION.
PITCH_MEAN, PITCH_DEVIATION = 5.2, 0.25
# Points on the mel scale between which the filters are smooth.
POINTS = 96


def facts(phones):
    """phones [n, (phone, stress, begins a word, kind)] to what a phone's row knows besides the phone: [n, FACTS]."""
    n, silent = len(phones), phones[:, 0] == 0
    since, until = np.zeros(n), np.zeros(n)
    for i in range(1, n):
        since[i] = 0 if silent[i] else since[i - 1] + 1
    for i in range(n - 2, -1, -1):
        until[i] = 0 if silent[i] else until[i + 1] + 1
    at = np.arange(n)
    columns = [phones[:, 1], phones[:, 2], silent & (phones[:, 3] == COMMA), silent & (phones[:, 3] == END),
               np.minimum(since, 40) / 20, np.minimum(until, 40) / 20, np.minimum(at, 100) / 50, np.minimum(n - 1 - at, 100) / 50]
    return np.stack(columns, -1).astype(np.float32)


def places(durations):
    """The phone of each frame, and where in it the frame is: [frames], [frames, PLACES]."""
    phone = np.repeat(np.arange(len(durations)), durations)
    at = np.concatenate([np.arange(d) for d in durations])
    length = np.repeat(durations, durations)
    left = length - 1 - at
    columns = [np.minimum(at, 30) / 10, np.minimum(left, 30) / 10, np.minimum(length, 30) / 10, (at + 0.5) / length]
    columns += [at == i for i in range(6)] + [left == i for i in range(6)]
    return phone, np.stack(columns, -1).astype(np.float32)


class Block(nn.Module):
    """ConvNeXt (Liu et al. 2022): a depthwise convolution over seven rows, a norm, and two products."""

    def __init__(self, width, hidden, taps=7):
        super().__init__()
        self.depth = nn.Conv1d(width, width, taps, groups=width, padding=taps // 2)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, hidden)
        self.narrow = nn.Linear(hidden, width)
        self.scale = nn.Parameter(torch.full((width,), 0.3))

    def forward(self, x, mask=None):
        """x [batch, rows, width]; rows outside of `mask` [batch, rows, 1] stay zero."""
        y = self.norm(self.depth(x.mT).mT)
        x = x + self.scale * self.narrow(F.gelu(self.widen(y)))
        return x if mask is None else x * mask


class Front(nn.Module):
    """From phones to frames."""

    def __init__(self, width=256, hidden=640, layers=4, blocks=4):
        super().__init__()
        self.phone = nn.Embedding(len(PHONES), width)
        self.fact = nn.Linear(FACTS, width)
        self.encoder = nn.ModuleList([Block(width, hidden) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.duration = nn.Sequential(nn.Linear(width, 128), nn.GELU(), nn.Linear(128, 1))
        self.spread = nn.Linear(width, width)
        self.place = nn.Linear(PLACES, width)
        self.blocks = nn.ModuleList([Block(width, hidden) for _ in range(blocks)])
        self.last = nn.LayerNorm(width)
        self.out = nn.Linear(width, MELS + 2)

    def encode(self, phone, fact, mask=None):
        """To rows of phones [batch, phones, width] and the logarithms of their durations in frames."""
        x = self.phone(phone) + self.fact(fact)
        for block in self.encoder:
            x = block(x if mask is None else x * mask, mask)
        x = self.norm(x)
        return x, self.duration(x)[..., 0]

    def frames(self, rows, phone, place, mask=None):
        """phone [batch, frames], place [batch, frames, PLACES]: to log-mel, pitch and the logit of being voiced [batch, frames, MELS + 2]."""
        x = torch.gather(self.spread(rows), 1, phone[..., None].expand(-1, -1, rows.shape[2])) + self.place(place)
        for block in self.blocks:
            x = block(x if mask is None else x * mask, mask)
        return self.out(self.last(x))


def smooth():
    """[BINS, POINTS]: the values of the bins between the points, by raised cosines on the mel scale."""
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    at = mel(np.arange(BINS) * RATE / WINDOW) / mel(RATE / 2) * (POINTS - 1)
    distance = np.abs(at[:, None] - np.arange(POINTS))
    return torch.tensor(np.where(distance < 1, 0.5 + 0.5 * np.cos(np.pi * distance), 0), dtype=torch.float32)


def least_phase():
    """[BINS, BINS]: from log magnitudes to the phases of the filter that responds soonest (Oppenheim and Schafer, the cepstrum's fold)."""
    cepstrum = torch.fft.irfft(torch.eye(BINS), n=WINDOW)
    cepstrum[:, 1 : WINDOW // 2] *= 2
    cepstrum[:, WINDOW // 2 + 1 :] = 0
    return torch.fft.fft(cepstrum)[:, :BINS].imag.T.contiguous()


class Filters(nn.Module):
    """From frames to filters: of the pulses, log magnitudes and phases; of the noise, log magnitudes."""

    def __init__(self, width=192, hidden=576, blocks=3):
        super().__init__()
        self.into = nn.Linear(MELS + 2, width)
        self.blocks = nn.ModuleList([Block(width, hidden) for _ in range(blocks)])
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, 2 * POINTS)
        self.register_buffer("smooth", smooth(), persistent=False)
        self.register_buffer("phase", least_phase(), persistent=False)

    def rows(self, frames):
        """frames [batch, rows, MELS + 2] with voiced as 0 or 1, to what the last layer reads."""
        mel, pitch, voiced = frames.split([MELS, 1, 1], -1)
        x = self.into(torch.cat([mel, pitch * voiced, voiced], -1))
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def forward(self, frames):
        """To three of [batch, rows, BINS]."""
        points = self.out(self.rows(frames)).float()
        with torch.autocast(points.device.type, enabled=False):
            pulse, noise = (part @ self.smooth.T for part in points.chunk(2, -1))
            return pulse, pulse @ self.phase.T, noise

    def last(self):
        """The last layer as it is shipped: weights [3 BINS, width], bias."""
        with torch.no_grad():
            parts = [(self.smooth @ t[:POINTS], self.smooth @ t[POINTS:]) for t in (self.out.weight, self.out.bias[:, None])]
            (w, wn), (b, bn) = parts
            return torch.cat([w, self.phase @ w, wn]), torch.cat([b, self.phase @ b, bn])[:, 0]


def polar(logarithm, phase):
    """As InverseSpectrum in Sources/Kernels."""
    return torch.polar(torch.exp((logarithm - 2).clamp(max=6)), phase)


def overlap(spectra):
    """[batch, rows, BINS] complex to samples [batch, rows * HOP]; frame k's window begins at sample 160 k - 240."""
    window = torch.hann_window(WINDOW)
    y = torch.fft.irfft(spectra, n=WINDOW) * window
    rows = y.shape[1]
    y = F.fold(y.mT, (1, (rows - 1) * HOP + WINDOW), (1, WINDOW), stride=(1, HOP))[:, 0, 0] / 1.5
    return y[:, (WINDOW - HOP) // 2 :][:, : rows * HOP]


def pulses(pitch, voiced):
    """Times of pulses in samples, and their strengths. The phase advances with the pitch, which is linear between the centres of frames."""
    f0 = np.clip(np.exp(pitch.astype(np.float64) * PITCH_DEVIATION + PITCH_MEAN), 30, 1000)
    times, strengths, phase = [], [], 0.0
    for k in range(len(f0)):
        # From the centre of frame k - 1 to that of frame k; before the first it is constant.
        low, high = f0[max(0, k - 1)], f0[k]
        step = (high - low) / HOP
        begin, count = HOP * k - HOP // 2, HOP
        if k == 0:
            begin, count = 0, HOP // 2
        advance = (low * count + step * count * count / 2) / RATE
        while phase + advance >= 1:
            need = (1 - phase) * RATE
            t = need / low if abs(step) < 1e-9 else (math.sqrt(low * low + 2 * step * need) - low) / step
            at = begin + t
            if voiced[min(len(f0) - 1, int(at // HOP))]:
                times.append(at)
                strengths.append(math.sqrt(RATE / (low + step * t)))
            phase -= 1
        phase += advance
    return np.array(times), np.array(strengths)


def excitation(times, strengths, rows):
    """The pulses' spectrum in each frame: [rows, BINS] complex."""
    out = np.zeros((rows, BINS), np.complex128)
    bins = np.arange(BINS)
    for time, strength in zip(times, strengths):
        for k in range(max(0, math.floor((time - 400) / HOP) + 1), min(rows, math.floor((time + 240) / HOP) + 1)):
            within = time - (HOP * k - 240)
            if 0 <= within < WINDOW:
                out[k] += strength * (0.5 - 0.5 * math.cos(2 * math.pi * within / WINDOW)) * np.exp(-2j * math.pi * bins * within / WINDOW)
    return torch.tensor(out.astype(np.complex64))


def durations(logarithms, phones, speed=1.0):
    """Frames of each phone."""
    return np.maximum(1, np.floor(np.exp(np.minimum(logarithms, 6)) / speed + 0.5)).astype(int)


@torch.no_grad()
def speak(front, filters, phones, seed=0, speed=1.0, lengths=None):
    """Samples of a clause: a dictionary of all that is on the way."""
    phone = torch.tensor(phones[:, 0].astype(np.int64))[None]
    rows, logarithms = front.encode(phone, torch.tensor(facts(phones))[None])
    lengths = durations(logarithms[0].numpy(), phones, speed) if lengths is None else lengths
    which, place = places(lengths)
    frames = front.frames(rows, torch.tensor(which)[None], torch.tensor(place)[None])[0]
    voiced = (frames[:, -1] > 0).numpy()
    frames[:, -1] = torch.tensor(voiced.astype(np.float32))
    return dict(lengths=lengths, frames=frames, **sound(filters, frames, seed))


@torch.no_grad()
def sound(filters, frames, seed=0):
    """Samples of frames [rows, MELS + 2], of which the last column is 0 or 1."""
    pulse, phase, noise = filters(frames[None])
    source = excitation(*pulses(frames[:, MELS].numpy(), frames[:, MELS + 1].numpy() > 0.5), len(frames))
    angle = torch.tensor(angles(seed, len(frames)))
    spectra = polar(pulse, phase) * source + polar(noise, angle)
    return dict(samples=overlap(spectra)[0])


def angles(seed, rows):
    """The noise's phases, by position as in Noise.swift: [rows, BINS]."""
    place, bin = np.meshgrid(np.arange(rows, dtype=np.uint64), np.arange(BINS, dtype=np.uint64), indexing="ij")
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + ((place << np.uint64(20) | bin) * np.uint64(2) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float32) * np.float32(2**-24) - np.float32(0.5)) * np.float32(2 * math.pi)
