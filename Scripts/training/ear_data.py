"""What the ear learns from: people's recordings, split by voice, and synthetic speech; windows of 30 s of both.

    python ear_data.py WEIGHTS OUT [--synthetic HOURS]

WEIGHTS is what `Scripts/fetch-weights` fetched. Writes `people`, `synthetic` and `held`, each `NAME.i16` (all clips,
16 kHz, one after the other) and `NAME.json` (start, count, text or null, source, voice).
"""

import argparse
import glob
import gzip
import json
import os
import random
import re

import numpy as np
import soundfile
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.signal import resample_poly

import audio
import domain
import voices

RATE, FRAMES = 16000, 1500
WINDOW = 320 * FRAMES
ASTERISK = "debian/usr/share/asterisk/sounds/en_US_f_Allison"
HEDGEWARS = "debian/usr/share/games/hedgewars/Data/Sounds/voices"
ENGLISH = "British Classic Default HillBilly Mobster Pirate Singer Surfer".split()
DIGITS = "zero one two three four five six seven eight nine".split()
# Groups of similar voices. Groups whose number ends in this digit are never trained on.
GROUPS, HELD_DIGIT = 60, "9"


def plain(text):
    """Lower case, letters and apostrophes alone; digits one by one."""
    text = re.sub(r"\d", lambda m: f" {DIGITS[int(m[0])]} ", text.lower().replace("’", "'"))
    return " ".join(re.sub(r"[^a-z' ]", " ", text).split())


class Pool:
    """Clips one after the other, on disk."""

    def __init__(self, folder, name):
        with open(os.path.join(folder, name + ".json")) as f:
            self.rows = json.load(f)
        self.samples = np.memmap(os.path.join(folder, name + ".i16"), np.int16, "r")

    def clip(self, row):
        return self.samples[row["start"] : row["start"] + row["count"]].astype(np.float32) / 32767

    @staticmethod
    def write(folder, name, clips):
        """`clips`: pairs of samples and what is known of them. A pool that is there stays."""
        if os.path.exists(os.path.join(folder, name + ".json")):
            return
        rows, start = [], 0
        with open(os.path.join(folder, name + ".i16.part"), "wb") as f:
            for x, known in clips:
                f.write((np.clip(x, -1, 1) * 32767).astype(np.int16).tobytes())
                rows.append(dict(start=start, count=len(x), **known))
                start += len(x)
        os.replace(os.path.join(folder, name + ".i16.part"), os.path.join(folder, name + ".i16"))
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(rows, f)
        print(f"{name}: {len(rows)} clips, {start / RATE / 3600:.2f} h", flush=True)


def read(path):
    x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    x = x.mean(1)
    return x if rate == RATE else resample_poly(x, RATE, rate).astype(np.float32)


def files(pattern, source, text=lambda path: None, voice=None):
    for path in sorted(glob.glob(pattern)):
        try:
            x = read(path)
        except soundfile.LibsndfileError as error:
            print(f"{path} is left out: {error}")
            continue
        if len(x) > RATE // 4:
            yield x, dict(text=text(path), source=source, voice=voice)


def lj_texts(weights):
    """The texts of LJ Speech by name, those of letters alone."""
    with open(f"{weights}/recordings/dc_tts/LJSpeech-1.1/metadata_all.csv", errors="ignore") as f:
        pairs = [line.rstrip("\n").split("|") for line in f]
    return {p[0]: p[-1] for p in pairs if re.fullmatch(r"[A-Za-z ,.;:!?\"'-]+", p[-1])}


def groups_of(clips):
    """A number for each clip; like microphones and voices share one.

    The corpora of many speakers do not say who speaks. Mean and spread of the log spectrum over the loud half, and the quiet half's mean, tell
    microphones, rooms and voices apart well enough to hold out whole groups.
    """
    features = []
    for x, _ in clips:
        mel = audio.log_mel(x / (np.abs(x).max() + 1e-6))
        order = mel.mean(1).argsort()
        quiet, loud = mel[order[: len(mel) // 2]], mel[order[len(mel) // 2 :]]
        features.append(np.concatenate([loud.mean(0) - loud.mean(), loud.std(0), quiet.mean(0) - loud.mean()]))
    features = np.stack(features)
    return fcluster(linkage((features - features.mean(0)) / features.std(0), "ward"), GROUPS, "maxclust")


def crowd(weights):
    """Picovoice's two corpora, with groups for voices."""
    at = f"{weights}/recordings/"
    clips = [*files(at + "speech-to-intent-benchmark/data/speech/clean/*.wav", "speech-to-intent"), *files(at + "wake-word-benchmark/audio/*/*", "wake-word")]
    for (_, known), group in zip(clips, groups_of(clips)):
        known["voice"] = f"group {group}"
    return clips


def asterisk_texts(weights):
    """Path below WEIGHTS and text of each prompt of five words and more."""
    with gzip.open(f"{weights}/debian/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz", "rt") as f:
        texts = dict(line.rstrip("\n").split(": ", 1) for line in f if ": " in line and not re.search(r"[\[\]()]|\d\d", line))
    for name, text in sorted(texts.items()):
        path = f"{ASTERISK}/{name}.wav"
        if len(text.split()) >= 5 and os.path.exists(f"{weights}/{path}"):
            yield path, plain(text.replace("#", " pound ").replace("*", " star "))


def asterisk(weights):
    for path, text in asterisk_texts(weights):
        x = read(f"{weights}/{path}")
        if len(x) < 25 * RATE:
            yield x, dict(text=text, source="asterisk", voice="Allison Smith")


def held_out(known):
    return known["voice"].endswith(HELD_DIGIT)


def people(weights, clips):
    """For training: the crowd without what is held out, and LJ Speech."""
    yield from (c for c in clips if not held_out(c[1]))
    texts = lj_texts(weights)
    named = lambda path: plain(texts[os.path.basename(path)[:-4]]) if os.path.basename(path)[:-4] in texts else None
    yield from files(f"{weights}/recordings/dc_tts/LJSpeech-1.1/wavs/*.wav", "lj", named, "Linda Johnson")


def held(weights, clips):
    """For tests alone."""
    yield from (c for c in clips if held_out(c[1]))
    yield from asterisk(weights)
    for name in ENGLISH:
        yield from files(f"{weights}/{HEDGEWARS}/{name}/*.ogg", "hedgewars", voice=name)


def synthetic(weights, hours, seed=1):
    """Sentences of LJ Speech, open sentences and requests, by the training voices of Debian's synthesizers."""
    r, speakers, texts, total = random.Random(seed), voices.Speakers(), list(lj_texts(weights).values()), 0
    while total < hours * 3600 * RATE:
        draw = r.random()
        text = r.choice(texts) if draw < 0.6 else domain.open_sentence(r) if draw < 0.9 else domain.request(r, domain.Memory()).user
        x, voice = speakers(r, text, "train")
        if RATE // 4 < len(x) < 20 * RATE:
            total += len(x)
            yield x / np.abs(x).max() * 0.8, dict(text=plain(text), source="synthetic", voice=voice)


class Windows:
    """Endless windows of 30 s: pieces with pauses, rooms, other talkers, and the way to the server."""

    def __init__(self, folder, synthetic_share=0.35):
        self.people, self.synthetic, self.share, self.opus = Pool(folder, "people"), Pool(folder, "synthetic"), synthetic_share, audio.Opus()
        # Long clips are drawn more often, but less than in proportion to their length.
        self.weights = np.cumsum([row["count"] ** 0.7 for row in self.people.rows])

    def piece(self, r):
        if r.random() < self.share:
            pool, row = self.synthetic, r.choice(self.synthetic.rows)
        else:
            pool, row = self.people, r.choices(self.people.rows, cum_weights=self.weights)[0]
        x = pool.clip(row)
        if r.random() < 0.6:
            x = audio.resample_by(x, r.uniform(0.88, 1.14))
        if r.random() < 0.25:
            x = audio.convolve(x, audio.room(r))
        return audio.level(x, r.uniform(-36, -18)), row["text"]

    def __call__(self, r):
        """Samples of a window, and (first frame, end, text) of each piece whose text is known."""
        out, at, said = np.zeros(WINDOW, np.float32), int(r.choice([0, r.uniform(0, 0.8)]) * RATE), []
        pause_max = r.choice([2, 2, 2, 8])
        while at < WINDOW - RATE:
            x, text = self.piece(r)
            if text and at + len(x) < WINDOW:
                said.append((at // 320, min(FRAMES, (at + len(x)) // 320 + 10), text))
            x = x[: WINDOW - at]
            out[at : at + len(x)] += x
            at += len(x) + int(RATE * r.choice([r.uniform(0.05, 0.5), r.uniform(0.3, pause_max)]))
        if r.random() < 0.2:
            other, at = self.piece(r)[0], r.randrange(WINDOW // 2)
            other = (other[::-1] if r.random() < 0.5 else other)[: WINDOW - at] * 10 ** (-r.uniform(6, 25) / 20)
            out[at : at + len(other)] += other
        if r.random() < 0.15:
            out = resample_poly(resample_poly(out, 1, 2), 2, 1).astype(np.float32)
        # Some clients send exact silence between words.
        return (audio.channel(r, out, self.opus) if r.random() < 0.75 else np.clip(out, -1, 1)), said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("out")
    parser.add_argument("--synthetic", type=float, default=8, metavar="HOURS")
    a = parser.parse_args()
    os.makedirs(a.out, exist_ok=True)
    clips = crowd(a.weights)
    Pool.write(a.out, "held", held(a.weights, clips))
    Pool.write(a.out, "people", people(a.weights, clips))
    Pool.write(a.out, "synthetic", synthetic(a.weights, a.synthetic))


if __name__ == "__main__":
    main()
