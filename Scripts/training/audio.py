"""Signals: the log-mel front end shared with the Swift runtime, and everything that happens to a voice on its way.

Front end: 16 kHz, Hann window of 640 samples (periodic), hop 160, causal: frame k sees samples
[(k + 1) * 160 - 640, (k + 1) * 160), before the start zeros. 80 triangular mel bands, 40 to 7800 Hz, on magnitudes;
log of at least 1e-4; then (x + 4) / 3.
"""

import ctypes
import random

import numpy as np

RATE, HOP, WINDOW, BANDS = 16000, 160, 640, 80
SLICE = 1280
FRAMES_PER_SLICE = SLICE // HOP


def mel_bank(bands=BANDS, window=WINDOW, low=40.0, high=7800.0):
    """[bands, window / 2 + 1] triangular filters, HTK mel scale, peak 1."""
    to_mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(to_mel(low), to_mel(high), bands + 2) / 2595) - 1)
    f = np.arange(window // 2 + 1) * RATE / window
    rise = (f - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - f) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rise, fall)).astype(np.float32)


def hann(n):
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)).astype(np.float32)


_BANK, _HANN = mel_bank().T.copy(), hann(WINDOW)


def log_mel(x):
    """[samples] to [samples / 160, 80], normalized; causal."""
    padded = np.concatenate([np.zeros(WINDOW - HOP, np.float32), x.astype(np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    out = np.empty((len(frames), BANDS), np.float32)
    for i in range(0, len(frames), 512):
        out[i : i + 512] = np.abs(np.fft.rfft(frames[i : i + 512] * _HANN)).astype(np.float32) @ _BANK
    return (np.log(np.maximum(out, 1e-4)) + 4) / 3


def resample_by(x, factor):
    """Plays `x` `factor` times as fast: pitch, formants and tempo move together."""
    return np.interp(np.arange(int(len(x) / factor)) * factor, np.arange(len(x)), x).astype(np.float32)


def warp(x, source, target, frame=400, reach=100):
    """Moves the instants `source` of `x` to `target` (samples, both rising, from 0) without changing the pitch: WSOLA.

    Waveform-similarity overlap-add (Verhelst and Roelands 1993): frames of `frame` samples, half overlapped, each taken
    where it continues the one before best, within `reach` samples of where the map says.
    """
    hop, window = frame // 2, hann(frame)
    padded = np.concatenate([np.zeros(reach, np.float32), x.astype(np.float32), np.zeros(2 * frame + 2 * reach, np.float32)])
    length = int(target[-1])
    out = np.zeros(length + 2 * frame, np.float32)
    wanted = np.interp(np.arange(-hop, length, hop), target, source).astype(int)
    at = 0
    for i, p in enumerate(wanted):
        if i:
            # The continuation of the previous frame, and the part of the signal that is searched for the best match.
            template, near = padded[at + hop : at + hop + frame], padded[p : p + 2 * reach + frame]
            power = np.cumsum(np.concatenate([[0], near * near]))
            scores = np.correlate(near, template, "valid") / np.sqrt(power[frame:] - power[:-frame] + 1e-6)
            at = p + int(scores.argmax())
        else:
            at = p + reach
        out[i * hop : i * hop + frame] += padded[at : at + frame] * window
    return out[hop : hop + length]


def convolve(x, h):
    n = 1 << (len(x) + len(h)).bit_length()
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)[: len(x)].astype(np.float32)


def room(r: random.Random):
    """A random decaying impulse response, direct sound first."""
    n = int(RATE * r.uniform(0.05, 0.35))
    g = np.random.RandomState(r.randrange(1 << 30))
    h = g.randn(n) * np.exp(-6 * np.arange(n) / n) * r.uniform(0.02, 0.15)
    h[0] = 1
    return h.astype(np.float32)


def level(x, decibels):
    """Scales to an RMS of `decibels` re full scale."""
    return x / np.sqrt((x**2).mean() + 1e-9) * 10 ** (decibels / 20)


def vary_voice(r: random.Random, x, voice):
    """Another speaker out of a synthetic one: size of the head, tone, room. Statistical voices move furthest."""
    wide = voice in ("slt", "cmu_us_slt_arctic_hts", "kal16", "kal_diphone", "ked_diphone")
    x = resample_by(x, r.uniform(0.74, 1.2) if wide else r.uniform(0.85, 1.17))
    if r.random() < 0.6:
        x = np.append(x[0], x[1:] + r.uniform(-0.6, 0.6) * x[:-1]).astype(np.float32)
    if r.random() < 0.3:
        # A gentle random equalizer: a short filter of random shape around a direct path.
        g = np.random.RandomState(r.randrange(1 << 30))
        h = g.randn(24).astype(np.float32) * np.exp(-np.arange(24) / 6) * r.uniform(0.05, 0.3)
        h[0] = 1
        x = convolve(x, h)
    if r.random() < 0.35:
        x = convolve(x, room(r))
    return x


def coloured_noise(r: random.Random, n, decibels):
    """White, low-passed or humming noise of `n` samples."""
    g = np.random.RandomState(r.randrange(1 << 30))
    x = g.randn(n).astype(np.float32)
    kind = r.random()
    if kind < 0.6:
        f = np.fft.rfftfreq(n, 1 / RATE)
        x = np.fft.irfft(np.fft.rfft(x) * (1 + f / r.uniform(50, 2000)) ** -r.uniform(0.2, 1.2), n).astype(np.float32)
    if r.random() < 0.15:
        t = np.arange(n) / RATE
        x = level(x, 0) + sum(r.uniform(0, 0.7) * np.sin(2 * np.pi * r.choice([50, 60, 100, 120]) * k * t) for k in (1, 2, 3))
    return level(x, decibels).astype(np.float32)


def disturbance(r: random.Random, speech):
    """What is no request: a burst of noise, reversed speech, a tune, a knock. At speech level."""
    kind, seconds = r.random(), r.uniform(0.15, 2.2)
    n = int(seconds * RATE)
    if kind < 0.35:
        x = coloured_noise(r, n, 0)
        if r.random() < 0.5:
            # Modulated at the rate of syllables, so that rhythm alone is not evidence of speech.
            x = x * np.abs(np.sin(2 * np.pi * r.uniform(1, 4) * np.arange(n) / RATE + r.uniform(0, 6))).astype(np.float32)
    elif kind < 0.7:
        x = speech[::-1].copy()
    elif kind < 0.87:
        x, at = np.zeros(n, np.float32), 0
        while at < n:
            m = min(n - at, int(RATE * r.uniform(0.1, 0.5)))
            t, f = np.arange(m) / RATE, 110 * 2 ** (r.randint(0, 36) / 12)
            for k in range(1, 5):
                x[at : at + m] += r.uniform(0, 1) / k * np.sin(2 * np.pi * f * k * t) * np.exp(-t * r.uniform(1, 8))
            at += m
    else:
        x = np.zeros(n, np.float32)
        for _ in range(r.randint(1, 4)):
            m, at = int(RATE * r.uniform(0.02, 0.15)), r.randrange(max(1, n - 2400))
            knock = coloured_noise(r, m, 0) * np.exp(-np.arange(m) / m * 6)
            x[at : at + m] += knock[: n - at]
    return level(x, r.uniform(-34, -16)).astype(np.float32)


class Opus:
    """A round trip through libopus: 16 kHz mono, 20-ms packets."""

    def __init__(self):
        self.library = ctypes.CDLL("libopus.so.0")
        self.library.opus_encoder_create.restype = self.library.opus_decoder_create.restype = ctypes.c_void_p

    def __call__(self, x, bits_per_second, lost=lambda: False):
        """`lost` tells of each packet whether it is; the decoder conceals it."""
        error = ctypes.c_int()
        encoder = ctypes.c_void_p(self.library.opus_encoder_create(RATE, 1, 2048, ctypes.byref(error)))
        decoder = ctypes.c_void_p(self.library.opus_decoder_create(RATE, 1, ctypes.byref(error)))
        self.library.opus_encoder_ctl(encoder, 4002, ctypes.c_int(bits_per_second))
        self.library.opus_encoder_ctl(encoder, 4010, ctypes.c_int(3))
        pcm = (np.clip(x, -1, 1) * 32767).astype(np.int16)
        pcm = np.concatenate([pcm, np.zeros(-len(pcm) % 320, np.int16)])
        out, packet, frame = np.zeros_like(pcm), (ctypes.c_ubyte * 1500)(), np.zeros(320, np.int16)
        for i in range(0, len(pcm), 320):
            frame[:] = pcm[i : i + 320]
            n = self.library.opus_encode(encoder, frame.ctypes.data_as(ctypes.c_void_p), 320, packet, 1500)
            arrived = (None, 0) if lost() else (packet, n)
            self.library.opus_decode(decoder, *arrived, frame.ctypes.data_as(ctypes.c_void_p), 320, 0)
            out[i : i + 320] = frame
        self.library.opus_encoder_destroy(encoder)
        self.library.opus_decoder_destroy(decoder)
        return out[: len(x)].astype(np.float32) / 32767


def band_pass(x, low, high):
    """What is left of `x` between two frequencies in Hz, with soft edges."""
    f = np.fft.rfftfreq(len(x), 1 / RATE)
    gain = 1 / (1 + (low / np.maximum(f, 1)) ** 6) / (1 + (f / high) ** 12)
    return np.fft.irfft(np.fft.rfft(x) * gain, len(x)).astype(np.float32)


def channel(r: random.Random, x, opus):
    """The way to the server: a low level, background noise, a telephone, clipping, Opus at a low rate, lost packets."""
    if r.random() < 0.08:
        x = x * 10 ** (-r.uniform(4, 16) / 20)
    x = x + coloured_noise(r, len(x), r.uniform(-42, -31) if r.random() < 0.28 else r.uniform(-75, -42))
    if r.random() < 0.07:
        x = band_pass(x, r.uniform(200, 350), r.uniform(3000, 3800))
    if r.random() < 0.06:
        limit = np.abs(x).max() * r.uniform(0.1, 0.5)
        x = np.clip(x, -limit, limit) * r.uniform(1, 2)
    if r.random() < 0.25:
        share = r.uniform(0.01, 0.08) if r.random() < 0.5 else 0
        x = opus(x, r.choice([6000, 8000, 12000, 16000, 24000]), lambda: r.random() < share)
    return np.clip(x, -1, 1).astype(np.float32)
