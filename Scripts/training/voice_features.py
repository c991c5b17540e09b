"""What the small voice learns of sound: log-mel, pitch, and whether a frame is voiced."""

import numpy as np

from voice_model import HOP, MELS, PITCH_DEVIATION, PITCH_MEAN, RATE, WINDOW

# Samples of the window of the log-mel, shorter than that of synthesis: it shows where a sound begins.
SEEN = 400
LAGS = np.arange(45, 151)


def bank():
    """[MELS, WINDOW / 2 + 1]"""
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(mel(40), mel(7800), MELS + 2) / 2595) - 1)
    f = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    rise, fall = (f - edges[:-2, None]) / np.diff(edges)[:-1, None], (edges[2:, None] - f) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rise, fall)).astype(np.float32)


BANK, HANN = bank(), np.hanning(SEEN + 1)[:-1].astype(np.float32)


def centred(sound, size):
    """[frames, size]: windows around the centres of frames."""
    before = size // 2 - HOP // 2
    padded = np.pad(sound, (before, size))
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::HOP][: len(sound) // HOP]


def log_mel(sound):
    """sound in ±1, to [frames, MELS], about 0 ± 1."""
    spectra = np.abs(np.fft.rfft(centred(sound, SEEN) * HANN, WINDOW)).astype(np.float32)
    return (np.log(np.maximum(spectra @ BANK.T, 1e-2)) + 1) / 2


def pitch(sound):
    """Pitch as the network has it, and whether a frame is voiced: the best path through normalised autocorrelations."""
    size = 640
    x = centred(sound + 1e-4 * np.random.RandomState(0).randn(len(sound)).astype(np.float32), size)
    x = x - x.mean(1, keepdims=True)
    f = np.fft.rfft(x, 2 * size)
    r = np.fft.irfft(np.abs(f) ** 2)[:, :size]
    squares = np.cumsum(np.pad(x * x, ((0, 0), (1, 0))), 1)
    head = squares[:, size - LAGS]
    tail = squares[:, -1:] - squares[:, LAGS]
    score = r[:, LAGS] / np.sqrt(head * tail + 1e-6) - 0.0004 * LAGS
    rows, states = score.shape
    move = np.minimum(8 * np.abs(np.log(LAGS[:, None] / LAGS[None])), 1.0).astype(np.float32)
    silent, jump = 0.5, 0.12
    best, quiet = -score[0], 0.0
    back, rest = np.zeros((rows, states), int), np.zeros(rows, int)
    for k in range(1, rows):
        total = best[:, None] + move
        source = total.argmin(0)
        here = total[source, np.arange(states)]
        begins = quiet + jump < here
        back[k] = np.where(begins, -1, source)
        last = int(best.argmin())
        rest[k] = last if best[last] + jump < quiet else -1
        now = min(quiet, best[last] + jump) - (silent - 0.0)
        best, quiet = np.minimum(here, quiet + jump) - score[k], now
    voiced, lag = np.zeros(rows, bool), np.zeros(rows)
    state = int(best.argmin()) if best.min() < quiet else -1
    for k in range(rows - 1, -1, -1):
        if state >= 0:
            voiced[k], lag[k] = True, refine(score[k], state)
            state = back[k][state]
        else:
            state = rest[k]
    if voiced.sum() < 2:
        return np.zeros(rows, np.float32), voiced
    at = np.arange(rows)
    value = (np.log(RATE / np.interp(at, at[voiced], lag[voiced])) - PITCH_MEAN) / PITCH_DEVIATION
    return value.astype(np.float32), voiced


def refine(score, i):
    """A parabola through the maximum."""
    if not 0 < i < len(score) - 1:
        return LAGS[i]
    a, b, c = score[i - 1], score[i], score[i + 1]
    return LAGS[i] + np.clip(0.5 * (a - c) / min(a - 2 * b + c, -1e-6), -0.5, 0.5)


def features(sound):
    """int16 samples to [frames, MELS + 2]."""
    x = sound.astype(np.float32) / 32768
    value, voiced = pitch(x)
    return np.concatenate([log_mel(x), value[:, None], voiced[:, None]], 1).astype(np.float32)
