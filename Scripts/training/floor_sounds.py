"""What the floor's dialogues are made of: turns, back-channels, vocal tics, side talk, the assistant's voice.

    python floor_sounds.py WEIGHTS FOLDER

FOLDER/clips are the pools of `ear_data.py`, FOLDER/voice holds WAV files of the assistant's voice. Writes `words`: short
sayings and sentences by espeak-ng and flite, of all three splits; and `shouts`: Hedgewars' by name, for tests alone.
Speakers of "dev" and "held" are never trained on.
"""

import argparse
import glob
import os
import random
from dataclasses import dataclass, field

import numpy as np

import audio
import domain
import floor_tics
import voices
from ear_data import ENGLISH, HEDGEWARS, Pool, files, read

RATE = audio.RATE
BACKCHANNELS = (
    "uh huh|mm hmm|mhm|yeah|yes|okay|right|i see|sure|oh|ah|wow|really|got it|yep|good|great|of course|exactly|"
    "oh okay|yeah yeah|mm|hmm|all right|true|oh really|interesting|makes sense|uh huh okay|yeah right|nice|cool|perfect|"
    "lovely|amazing|brilliant|excellent|fantastic|awesome|no way|you're kidding|fair enough|indeed|absolutely|no problem|"
    "oh my god|oh no|oh dear|good point|ha|wonderful|yes sir|goodness|oh nice|that's great|i know|okay cool").split("|")
STOPS = (
    "stop|wait|no|hold on|hang on|excuse me|stop please|wait a second|no no no|actually|sorry|that's enough|okay stop|"
    "yes but|one moment|quiet|listen|hey|never mind|cancel|let me say something|can i ask something|what about tomorrow|"
    "no i meant the other one|i have a question|that's not what i asked|wait what did you say|could you repeat that|"
    "go back|okay okay i get it|right but what about the price|be quiet|enough|thank you that's all|not that one|"
    "yeah but not today|oh wait|okay and what else|sure but how|no thanks|shut up|pause|please stop talking").split("|")
# Synthesizers' voices by split; groups of people whose number ends in this digit are for choosing thresholds.
DEV_VARIANTS, DEV_DIGIT = "f4 m7 iven3 Storm pedro Annie klatt5 victor".split(), "8"
# Hedgewars' shouts (held out) by what they are over an assistant's voice.
SHOUTED = dict(backchannel="Hmm Yessir".split(), tic="Laugh Ooff1 Ooff2 Ooff3 Ow1 Ow2 Ow3 Ow4 Ouch".split())


def split_of(source, voice):
    if source in ("asterisk", "hedgewars") or voice in voices.HELD_OUT_VARIANTS or voice in voices.HELD_OUT_FLITE:
        return "held"
    if voice.startswith("group "):
        return "held" if voice.endswith("9") else "dev" if voice.endswith(DEV_DIGIT) else "train"
    return "dev" if voice in DEV_VARIANTS else "train"


def loudness(x, hop=160):
    """Decibels of every 10 ms, over 30 ms."""
    n = len(x) // hop
    power = (x[: n * hop].reshape(n, hop) ** 2).mean(1)
    return 10 * np.log10(np.convolve(np.pad(power, 1, "edge"), np.ones(3) / 3, "valid") + 1e-10)


def runs_of(mask, gap):
    """(first, end) of the runs of true frames; runs less than `gap` frames apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    out = []
    for a, b in zip(edges[::2], edges[1::2]):
        if out and a - out[-1][1] < gap:
            out[-1][1] = int(b)
        else:
            out.append([int(a), int(b)])
    return [(a, b) for a, b in out if b - a >= 4]


# Voices that are learned from are also slower and deeper, or faster and higher, in most dialogues: there are too few of them.
SHIFTED, SHIFT = 0.6, (0.82, 1.22)


@dataclass
class User:
    """Whose clips a dialogue takes, and how much faster and higher they are."""

    voice: str
    factor: float


@dataclass
class Clip:
    """Speech from its first to its last sound, at an RMS of 0.1 where there is sound.

    `runs`: (start, end) in samples of what is spoken without a gap of 150 ms. `noise`: taps of a filter that makes
    white noise sound like the recording's background; none for synthesizers.
    """

    x: np.ndarray
    runs: list
    noise: np.ndarray = field(default=None)


def background(x, quiet):
    """Filter of 320 taps from the mean spectrum of the frames that are quiet."""
    frames = [x[i * 160 : i * 160 + 320] for i in quiet if i * 160 + 320 <= len(x)]
    if len(frames) < 4:
        return None
    power = np.mean([np.abs(np.fft.rfft(f * np.hanning(320))) ** 2 for f in frames], 0) / (np.hanning(320) ** 2).sum()
    return np.fft.fftshift(np.fft.irfft(np.sqrt(power))).astype(np.float32)


def speech_runs(x, gap=15):
    """(first, end) of the runs of speech in frames of 10 ms; a silence of less than `gap` frames does not part them.

    A run of speech is within 18 dB of the loudest for 50 ms. A recording's noise is not, though it often reaches the threshold that finds the
    soft ends of words.
    """
    db = loudness(x)
    if len(db) < 12:
        return []
    peak, floor = np.percentile(db, 95), np.percentile(db, 5)
    runs = runs_of(db > max(peak - 30, floor + min(10, 0.35 * (peak - floor))), gap)
    runs = [(a, b) for a, b in runs if np.count_nonzero(db[a:b] > peak - 18) >= 5]
    # A short click far from the rest is none of it.
    while len(runs) > 1 and runs[0][1] - runs[0][0] < 8 and runs[1][0] - runs[0][1] > 40:
        runs = runs[1:]
    while len(runs) > 1 and runs[-1][1] - runs[-1][0] < 8 and runs[-1][0] - runs[-2][1] > 40:
        runs = runs[:-1]
    return runs


def analysed(x):
    """A clip, or none where there is no speech to be told from the background."""
    runs, db = speech_runs(x), loudness(x)
    if not runs:
        return None
    first, end = max(0, runs[0][0] - 2) * 160, min(len(x), (runs[-1][1] + 2) * 160)
    spoken = np.concatenate([x[a * 160 : b * 160] for a, b in runs])
    scale = 0.1 / np.sqrt((spoken**2).mean() + 1e-12)
    noise = background(x, np.argsort(db)[: max(8, len(db) // 10)]) if np.percentile(db, 5) > -75 else None
    return Clip((x[first:end] * scale).astype(np.float32), [(a * 160 - first, b * 160 - first) for a, b in runs], None if noise is None else noise * scale)


def sayings(seed=1):
    """Back-channels, words that interrupt, and sentences, by the voices of every split."""
    r, speakers = random.Random(seed), voices.Speakers()

    def say(text, voice):
        if voice in ("slt", "kal16", *voices.HELD_OUT_FLITE):
            x = speakers.flite(text, voice, r.uniform(0.8, 1.25))
        else:
            x = speakers.espeak(text, r.choice(voices.ACCENTS), voice, r.randint(25, 75), r.randint(130, 230), r.randint(30, 80))
        return voices.trim(x)

    for voice in [*voices.VARIANTS, *["slt", "kal16", *voices.HELD_OUT_FLITE] * 4]:
        sentences = 0 if split_of("", voice) != "held" else 24
        for kind, texts, count in (("backchannel", BACKCHANNELS, 24), ("stop", STOPS, 24), ("turn", None, sentences)):
            for text in r.sample(texts, count) if texts else [domain.open_sentence(r) for _ in range(count)]:
                x = say(text, voice)
                if len(x) > RATE // 10:
                    yield x / (np.abs(x).max() + 1e-6) * 0.8, dict(text=text, source="synthetic", voice=voice, kind=kind)


class Sounds:
    """All sounds of a split, by what they are. All chance comes from the `r` of each call."""

    def __init__(self, folder, split):
        self.split, self.pools = split, {name: Pool(os.path.join(folder, "clips"), name) for name in ("people", "synthetic", "held")}
        self.pools.update((name, Pool(folder, name)) for name in ("words", "shouts"))
        # voice → rows, of whole utterances; kind → rows, of short sayings.
        self.users, self.words, self.shouts, self.cache = {}, {}, {}, {}
        for name, pool in self.pools.items():
            for row in pool.rows:
                if split_of(row["source"], row["voice"]) == split:
                    self._sort(name, row)
        paths = sorted(glob.glob(os.path.join(folder, "voice", "*.wav")))
        # The assistant says other sentences in tests.
        self.answers = [p for i, p in enumerate(paths) if (i % 5 == 0) == (split != "train")]
        self.voices = sorted(self.users)
        self.shares = np.cumsum([self._share(v) for v in self.voices])

    def _sort(self, name, row):
        kind = row.get("kind", "turn")
        if name == "shouts":
            what = next((k for k, names in SHOUTED.items() if row["text"] in names), "turn")
            self.shouts.setdefault(what, []).append((name, row))
        elif row["source"] == "hedgewars":
            pass
        elif kind == "turn":
            self.users.setdefault(row["voice"], []).append((name, row))
        else:
            self.words.setdefault((kind, row["voice"]), []).append((name, row))
            self.words.setdefault((kind, None), []).append((name, row))

    def _share(self, voice):
        """People speak in six of ten dialogues."""
        source = self.users[voice][0][1]["source"]
        return len(self.users[voice]) ** 0.5 * (2.2 if source != "synthetic" else 0.6)

    def user(self, r):
        shifted = self.split == "train" and r.random() < SHIFTED
        return User(r.choices(self.voices, cum_weights=self.shares)[0], r.uniform(*SHIFT) if shifted else 1.0)

    def clip(self, named):
        name, row = named
        key = (name, row["start"])
        if key not in self.cache:
            self.cache[key] = analysed(self.pools[name].clip(row))
        return self.cache[key]

    def pick(self, r, rows, factor=1.0, seconds_max=14):
        """A clip of one of `rows`, `factor` times faster and higher, a little more or less now and then."""
        while True:
            clip = self.clip(r.choice(rows))
            if clip and len(clip.x) < seconds_max * RATE:
                break
        if r.random() < 0.4:
            factor *= r.uniform(0.92, 1.1)
        if factor != 1:
            clip = Clip(audio.resample_by(clip.x, factor), [(int(a / factor), int(b / factor)) for a, b in clip.runs], clip.noise)
        return clip

    def turn(self, r, user):
        return self.pick(r, self.users[user.voice], user.factor)

    def saying(self, r, kind, user):
        """A short saying in the user's own synthetic voice, or in any."""
        return self.pick(r, self.words.get((kind, user.voice)) or self.words[kind, None], user.factor)

    def interruption(self, r, user):
        """Half are short, and people's are their own words more often than a synthesizer's."""
        short = 0.55 if ("stop", user.voice) in self.words else 0.25
        if self.split == "held" and r.random() < 0.15:
            return self.pick(r, self.shouts["turn"])
        return self.saying(r, "stop", user) if r.random() < short else self.turn(r, user)

    def backchannel(self, r, user):
        if self.split == "held" and r.random() < 0.12:
            return self.pick(r, self.shouts["backchannel"])
        if ("backchannel", user.voice) in self.words and r.random() < 0.85 or r.random() < 0.45:
            return self.saying(r, "backchannel", user)
        return analysed(floor_tics.assent(r, self.turn(r, user).x))

    def tic(self, r, user):
        if self.split == "held" and r.random() < 0.3:
            return self.pick(r, self.shouts["tic"])
        return analysed(floor_tics.tic(r, self.turn(r, user).x))

    def other(self, r, user):
        while (other := self.user(r)).voice == user.voice:
            pass
        return self.turn(r, other)

    def answer(self, r, seconds):
        """The assistant's voice: Piper's in seven of ten dialogues, else any other."""
        parts, total, voice = [], 0, None if r.random() < 0.7 else self.user(r)
        while total < seconds * RATE:
            if voice is None:
                path = r.choice(self.answers)
                if path not in self.cache:
                    self.cache[path] = audio.level(read(path), -20)
                x = self.cache[path]
            else:
                x = self.turn(r, voice).x
            parts += [x, np.zeros(int(r.uniform(0.05, 0.4) * RATE), np.float32)]
            total += sum(len(p) for p in parts[-2:])
        return np.concatenate(parts)[: int(seconds * RATE)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("folder")
    a = parser.parse_args()
    named = lambda path: os.path.basename(path)[:-4]
    Pool.write(a.folder, "shouts", (c for name in ENGLISH for c in files(f"{a.weights}/{HEDGEWARS}/{name}/*.ogg", "hedgewars", named, name)))
    Pool.write(a.folder, "words", sayings())


if __name__ == "__main__":
    main()
