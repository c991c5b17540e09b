"""Words that a recogniser invents out of an hour in which nobody speaks to it.

    python invented.py DATA OUT COMMAND...
    python invented.py DATA OUT --partner COMMAND...

DATA is what `Scripts/training/ear_data.py` wrote; COMMAND as in `compare.py`, or `duet talk --model MODEL`, which hears each kind as one
recording, turns two seconds apart. Writes 600 turns of 6 s to OUT, 100 of each kind: near silence, white and
pink noise, babble (eight held-out people at once), synthetic music, and far talk (a held-out person in a room, 25 dB below full speech, over noise at
-60 dB). What is heard of far talk may be what was said there; it counts all the same, because it was not meant for us.
"""

import json
import os
import random
import subprocess
import sys
import wave

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import audio  # noqa: E402
from ear_data import RATE, Pool, plain  # noqa: E402

TURNS, SAMPLES = 100, 6 * RATE
# Of full-scale speech, in dB: `audio.level` sets the root mean square.
SPEECH = -22


def white(r):
    return np.random.default_rng(r.randrange(2**32)).standard_normal(SAMPLES).astype(np.float32)


def pink(r):
    spectrum = np.fft.rfft(white(r))
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)), SAMPLES).astype(np.float32)


def voice(r, pool):
    """Six seconds of one person."""
    x, row = np.zeros(0, np.float32), r.choice(pool.rows)
    while len(x) < SAMPLES:
        more = pool.clip(row)
        x = np.concatenate([x, more, np.zeros(int(r.uniform(0.1, 0.6) * RATE), np.float32)])
        row = r.choice([other for other in pool.rows if other["voice"] == row["voice"]])
    return x[:SAMPLES]


def music(r):
    """Chords of decaying harmonics with a bass and a beat."""
    out, time, beat = np.zeros(SAMPLES), np.arange(SAMPLES) / RATE, r.uniform(0.3, 0.7)
    root = 110 * 2 ** (r.randrange(12) / 12)
    for n in range(int(6 / beat)):
        since = np.maximum(time - n * beat, 0)
        fade = np.where(time >= n * beat, np.exp(-since * 4), 0)
        for step in (r.choice([0, 5, 7, 9]) + s for s in (0, 4, 7, 12)):
            f = root * 2 ** (step / 12) * r.choice([1, 1, 2])
            for harmonic in range(1, 6):
                out += fade * np.sin(2 * np.pi * f * harmonic * since) / harmonic**1.5
        out += 0.5 * fade**6 * np.random.default_rng(r.randrange(2**32)).standard_normal(SAMPLES)
    return out.astype(np.float32)


def far(r, pool):
    x = audio.level(audio.convolve(voice(r, pool), audio.room(r))[:SAMPLES], SPEECH - 25)
    return x + audio.level(pink(r), -60)


def babble(r, pool):
    return audio.level(sum(audio.level(voice(r, pool), SPEECH) for _ in range(8)), r.uniform(-45, -20))


def kinds(pool):
    return {
        "silence": lambda r: audio.level(white(r), r.uniform(-90, -60)),
        "white noise": lambda r: audio.level(white(r), r.uniform(-50, -20)),
        "pink noise": lambda r: audio.level(pink(r), r.uniform(-50, -20)),
        "babble": lambda r: babble(r, pool),
        "music": lambda r: audio.level(music(r), r.uniform(-40, -15)),
        "far talk": lambda r: far(r, pool),
    }


def write(folder, pool):
    r, files = random.Random(1), {}
    os.makedirs(folder, exist_ok=True)
    for kind, make in kinds(pool).items():
        files[kind] = [os.path.join(folder, f"{kind.replace(' ', '-')}-{i}.wav") for i in range(TURNS)]
        for path in files[kind]:
            with wave.open(path, "wb") as f:
                f.setnchannels(1), f.setsampwidth(2), f.setframerate(RATE)
                f.writeframes((np.clip(make(r), -1, 1) * 32767).astype(np.int16).tobytes())
    return files


def texts_of(command, files):
    """What a recogniser hears in each file."""
    lines = subprocess.run([*command, *files], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [json.loads(line)["text"] for line in lines]


def turns_of(command, files):
    """What a partner takes for turns where the files are one recording."""
    gap, whole, told = bytes(2 * 2 * RATE), f"{files[0][:-4]}-whole.wav", f"{files[0][:-4]}-told.jsonl"
    with wave.open(whole, "wb") as f:
        f.setnchannels(1), f.setsampwidth(2), f.setframerate(RATE)
        for path in files:
            with wave.open(path) as part:
                f.writeframes(part.readframes(SAMPLES) + gap)
    subprocess.run([*command, whole, "--json", told], check=True, stdout=subprocess.DEVNULL)
    with open(told) as f:
        return [event["text"] for event in map(json.loads, f) if event["type"] == "session.input_transcript.done"]


def main(data, out, *command):
    partner = command[0] == "--partner"
    for kind, files in write(out, Pool(data, "held")).items():
        texts = turns_of(command[1:], files) if partner else texts_of(command, files)
        words, turns = sum(len(plain(text).split()) for text in texts), sum(bool(text) for text in texts)
        hours = TURNS * SAMPLES / RATE / 3600
        common = sorted(set(texts) - {""}, key=texts.count, reverse=True)[:3]
        print(f"{kind}: {words} words in {turns} turns, of {TURNS} sounds, {words / hours:.0f} an hour; most often {common}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
