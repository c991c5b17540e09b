"""Clips in noise, over a telephone, and from across a room: what `compare.py` reads.

    python variants.py CLIPS OUT

CLIPS is what `clips.py` wrote. Writes every third file of it three times: in coloured noise 10 dB below the speech, in a telephone's band with its
noise at 30 dB below, and through a room whose sound is as loud as the direct one, 12 dB quieter than the rest. The source of a file is its variant.
"""

import json
import os
import random
import sys
import wave

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import audio  # noqa: E402
import reference  # noqa: E402


def decibels(x):
    """Of the loud part: frames of 20 ms at most 20 dB below the loudest."""
    power = (x[: len(x) // 320 * 320].reshape(-1, 320) ** 2).mean(1) + 1e-12
    return 10 * np.log10(power[power > power.max() / 100].mean())


def noise(r, x):
    return x + audio.coloured_noise(r, len(x), decibels(x) - 10)


def telephone(r, x):
    return audio.band_pass(x, 300, 3400) + audio.band_pass(audio.coloured_noise(r, len(x), decibels(x) - 30), 300, 3400)


def far(r, x):
    n = int(0.5 * audio.RATE)
    tail = np.random.default_rng(r.randrange(2**32)).standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    tail[: int(0.005 * audio.RATE)] = 0
    room = tail / np.sqrt((tail**2).sum())
    room[0] = 1
    y = audio.convolve(x, room.astype(np.float32))
    return audio.level(y, decibels(x) - 12)


def main(clips, out):
    with open(os.path.join(clips, "texts.json")) as f:
        rows, r, written = json.load(f)[::3], random.Random(1), []
    os.makedirs(out, exist_ok=True)
    for row in rows:
        x = reference.samples(os.path.join(clips, row["file"]))
        for name, change in (("noise", noise), ("telephone", telephone), ("far", far)):
            file = f"{name}-{row['file']}"
            with wave.open(os.path.join(out, file), "wb") as f:
                f.setnchannels(1), f.setsampwidth(2), f.setframerate(audio.RATE)
                f.writeframes((np.clip(change(r, x), -1, 1) * 32767).astype(np.int16).tobytes())
            written.append(dict(row, file=file, source=name))
    with open(os.path.join(out, "texts.json"), "w") as f:
        json.dump(written, f, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
