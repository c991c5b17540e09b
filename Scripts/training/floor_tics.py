"""Sounds that people make without saying anything: coughs, laughs, sniffs, breaths, held vowels, "mm-hm"."""

import numpy as np

import audio

RATE = audio.RATE


def shaped(r, n, formants, width=0.25):
    """Noise of `n` samples with peaks at `formants` Hz."""
    g = np.random.RandomState(r.randrange(1 << 30))
    f = np.fft.rfftfreq(n, 1 / RATE)
    gain = sum(np.exp(-(((f - c) / (width * c)) ** 2)) for c in formants) + 0.02
    return np.fft.irfft(np.fft.rfft(g.randn(n)) * gain, n).astype(np.float32)


def envelope(n, attack, decay):
    """Rises over a share of `attack`, then falls `decay` nepers."""
    t = np.arange(n) / n
    return (np.minimum(1, t / attack) * np.exp(-decay * t)).astype(np.float32)


def seconds(r, low, high):
    return int(r.uniform(low, high) * RATE)


def joined(parts):
    return np.concatenate(parts).astype(np.float32)


def pause(r, low, high):
    return np.zeros(seconds(r, low, high), np.float32)


def vowel(r, speech, length):
    """`length` samples of the loudest 60 ms of `speech`, held."""
    power = np.convolve(speech**2, np.ones(960), "same")
    a = min(max(0, int(power.argmax()) - 480), max(0, len(speech) - 1000))
    piece = speech[a : a + 960]
    if len(piece) < 960:
        return np.zeros(length, np.float32)
    copies = np.concatenate([piece, piece[::-1]] * (length // 1920 + 2))
    if r.random() < 0.7:
        # Its own period, repeated, instead of forth and back.
        spectrum = np.fft.rfft(piece * np.hanning(960), 2048)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)[40:320]
        period = 40 + int(likeness.argmax())
        cycles = piece[200 : 200 + (700 // period) * period]
        if len(cycles) > period:
            copies = np.concatenate([cycles] * (length // len(cycles) + 2))
    wobble = 1 + 0.02 * np.sin(2 * np.pi * r.uniform(2, 6) * np.arange(length) / RATE)
    return np.interp(np.cumsum(wobble), np.arange(len(copies)), copies).astype(np.float32)


def hum(r, speech, length, pitch=1.0):
    """A vowel with the mouth closed."""
    x = audio.resample_by(vowel(r, speech, int(length * pitch) + 64), pitch)[:length]
    return audio.band_pass(x, 80, r.uniform(450, 1100)) * np.sin(np.pi * np.linspace(0.05, 1, len(x)) ** 0.8).astype(np.float32)


def assent(r, speech):
    """ "mm", "mm-hm" or "uh-huh" in the voice of `speech`."""
    tone = hum if r.random() < 0.7 else lambda *a: vowel(*a[:3]) * envelope(a[2], 0.15, 1)
    first = tone(r, speech, seconds(r, 0.12, 0.3), r.uniform(0.85, 1.0))
    if r.random() < 0.35:
        return first
    breath = shaped(r, seconds(r, 0.04, 0.1), (900, 1800)) * 0.02
    return joined([first, breath, tone(r, speech, seconds(r, 0.15, 0.35), r.uniform(1.0, 1.25))])


def cough(r, speech):
    parts = []
    formants = (r.uniform(400, 800), r.uniform(1000, 1700), r.uniform(2300, 3500))
    for _ in range(r.choice([1, 2, 2, 3])):
        burst = shaped(r, seconds(r, 0.02, 0.05), (*formants, 5000), 0.5) * 1.5
        tail = shaped(r, n := seconds(r, 0.1, 0.28), formants) * envelope(n, 0.02, r.uniform(2, 5))
        if r.random() < 0.5:
            tail += vowel(r, speech, n) * envelope(n, 0.3, 4) * r.uniform(0.5, 2)
        parts += [burst / (burst.std() + 1e-6), tail / (tail.std() + 1e-6), pause(r, 0.05, 0.25)]
    return joined(parts[:-1])


def throat(r, speech):
    """Irregular pulses through a narrow throat: "ahem"."""
    parts = []
    for _ in range(r.choice([1, 2])):
        n = seconds(r, 0.18, 0.45)
        pulses, at = np.zeros(n, np.float32), 0
        while at < n:
            pulses[at] = r.uniform(0.5, 1)
            at += int(RATE / r.uniform(55, 130))
        body = audio.convolve(pulses, shaped(r, 400, (r.uniform(350, 600), r.uniform(1100, 1500), 2500)) * envelope(400, 0.01, 5))[:n]
        x = body / (body.std() + 1e-6) + shaped(r, n, (600, 1500)) * r.uniform(0.2, 3)
        parts += [x * envelope(n, 0.2, 1.5), pause(r, 0.03, 0.15)]
    return joined(parts[:-1])


def laugh(r, speech):
    parts, gain = [], 1.0
    note = vowel(r, speech, RATE // 4)
    note = note / (note.std() + 1e-6)
    for i in range(r.randint(3, 8)):
        breath = shaped(r, seconds(r, 0.05, 0.09), (800, 1600, 2600))
        sound = audio.resample_by(note, 1.15 - 0.03 * i)[: seconds(r, 0.06, 0.12)]
        parts += [breath / (breath.std() + 1e-6) * 0.25 * gain, sound * np.hanning(len(sound)) * gain]
        gain *= r.uniform(0.8, 1.0)
    return joined(parts)


def sniff(r, speech):
    n = seconds(r, 0.12, 0.35)
    return shaped(r, n, (r.uniform(1800, 3000), 5000), 0.5) * np.linspace(0.2, 1, n).astype(np.float32) ** 2


def sigh(r, speech):
    n = seconds(r, 0.4, 1.1)
    return shaped(r, n, (r.uniform(400, 700), r.uniform(1200, 1800)), 0.4) * envelope(n, 0.25, 2)


def sneeze(r, speech):
    n, m = seconds(r, 0.15, 0.35), seconds(r, 0.15, 0.3)
    start = vowel(r, speech, n) * np.linspace(0.1, 1, n).astype(np.float32)
    burst = shaped(r, m, (2500, 4500), 0.6) * envelope(m, 0.02, 3)
    return joined([start / (start.std() + 1e-6) * 0.5, pause(r, 0.02, 0.06), burst / (burst.std() + 1e-6)])


def held_vowel(r, speech):
    """ "uh" or "um" alone."""
    x = vowel(r, speech, n := seconds(r, 0.15, 0.5)) * envelope(n, 0.1, 1)
    return joined([x, hum(r, speech, seconds(r, 0.08, 0.3))]) if r.random() < 0.5 else x


KINDS = ((cough, 5), (throat, 4), (laugh, 4), (sniff, 2), (sigh, 2), (sneeze, 1), (held_vowel, 3))


def tic(r, speech):
    """One of them, with a little silence around it."""
    make = r.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    x = make(r, speech)
    quiet = np.zeros(800, np.float32)
    return joined([quiet, x / (np.abs(x).max() + 1e-6) * 0.5, quiet])
