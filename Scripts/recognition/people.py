"""Writes the conversations in which people's recordings are the callers. Seeded.

    python people.py WEIGHTS OUT.json [--seed 2026] [--development]

WEIGHTS is what `Scripts/fetch-weights` fetched. Only speakers who are held out of all training (`Scripts/training/ear_data.py`): groups of
Picovoice's corpora whose number ends in 9, all of Asterisk's prompts and Hedgewars' actors. The orders' texts (`orders.txt`) are
Whisper base's, corrected by hand; they contain the corpus's own labels word for word. Long answers are asked for by synthesizers.
`hesitations.txt` says of each utterance that is cut whether a reader, who knows how it goes on, takes the words before its pause for a whole sentence;
the words are there as Whisper tiny.en hears them.

With `--development` the speakers are those on whom the floor's thresholds are chosen: groups whose number ends in 8, who only order and say single
words. Nobody has written down their orders, so what they say is not judged.
"""

import argparse
import json
import os
import random
import re
import sys


HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "training"))
import conversations  # noqa: E402
import domain  # noqa: E402
import ear_data  # noqa: E402
import floor_sounds  # noqa: E402
from ear_data import ENGLISH, HEDGEWARS, RATE  # noqa: E402

CONDITIONS = {"clean": {}, "noise 10 dB": dict(snr=10), "room": dict(room=0.6), "telephone": dict(telephone=True)}
SECONDS = (1.0, 12.0)
SIDE_SECONDS_MAX = 5.0
# Frames of 10 ms.
PAUSE = 6
# Shouts by the name of their file.
BACKCHANNELS = {
    "Hmm": "hmm", "Yessir": "yes sir", "Brilliant": "brilliant", "Excellent": "excellent", "Amazing": "amazing", "Ohdear": "oh dear", "Uh-oh": "uh oh",
}
TICS = {"PoisonCough": "cough", "Laugh": "laugh", "Ooff1": "groan", "Ow1": "groan"}
SHOUTS = {
    "Leavemealone": "leave me alone", "Watchthis": "watch this", "Hurry": "hurry", "Illgetyou": "i will get you", "Comeonthen": "come on then",
    "Justyouwait": "just you wait", "Cutitout": "cut it out", "Byebye": "bye bye", "Whatthe": "what the", "Stupid": "stupid",
}


class Utterance:
    """A recording: its file, where the speech is, what is said, by whom."""

    def __init__(self, weights, path, text, voice, kind):
        self.path, self.text, self.voice, self.kind = path, text, voice, kind
        # A silence of 60 ms and more parts two runs.
        self.runs = floor_sounds.speech_runs(ear_data.read(f"{weights}/{path}"), gap=PAUSE)
        # A margin before, because words begin softly; the end counts for latencies.
        self.first, self.last = max(0, self.runs[0][0] / 100 - 0.05), (self.runs[-1][1] + 2) / 100

    @property
    def stem(self):
        """The path below its corpus, without its ending."""
        return os.path.splitext(re.split("/clean/|/en_US_f_Allison/", self.path)[-1])[0]

    @property
    def seconds(self):
        return self.last - self.first

    def pause(self):
        """The middle of the longest pause between a quarter and three quarters, as a share; None without one."""
        share = lambda frame: (frame / 100 - self.first) / self.seconds
        gaps = [(b - a, share((a + b) / 2)) for (_, a), (b, _) in zip(self.runs, self.runs[1:]) if 0.25 <= share(a) and share(b) <= 0.75]
        return round(max(gaps)[1], 3) if gaps else None

    def turn(self, **more):
        return {"say": self.text, "recording": self.path, "from": round(self.first, 2), "to": round(self.last, 2), "kind": self.kind, **more}


def held(weights, development=False):
    """The held-out recordings: orders, prompts, single words and shouts; or orders and words of the development speakers."""
    below = lambda path: path[len(weights) + 1 :]
    crowd = [
        *ear_data.files(f"{weights}/recordings/speech-to-intent-benchmark/data/speech/clean/*.wav", "orders", below),
        *ear_data.files(f"{weights}/recordings/wake-word-benchmark/audio/*/*", "words", below),
    ]
    with open(os.path.join(HERE, "orders.txt")) as f:
        orders = dict(line.rstrip("\n").split(" ", 1) for line in f)
    for (_, known), group in zip(crowd, ear_data.groups_of(crowd)):
        path, voice = known["text"], f"group {group}"
        if voice.endswith(floor_sounds.DEV_DIGIT) if development else ear_data.held_out(dict(voice=voice)):
            stem, folder = os.path.splitext(os.path.basename(path))[0], os.path.basename(os.path.dirname(path))
            yield Utterance(weights, path, orders.get(stem, "an order") if known["source"] == "orders" else folder, voice, known["source"])
    if development:
        return
    for path, text in ear_data.asterisk_texts(weights):
        yield Utterance(weights, path, text, "Allison Smith", "prompts")
    for table, kind in ((BACKCHANNELS, "back-channels"), (TICS, "tics"), (SHOUTS, "shouts")):
        for name in table:
            for actor in ENGLISH:
                path = f"{HEDGEWARS}/{actor}/{name}.ogg"
                if os.path.exists(f"{weights}/{path}"):
                    yield Utterance(weights, path, table[name], actor, kind)


class Book:
    def __init__(self, seed, utterances):
        self.r, self.suites = random.Random(seed), {}
        with open(os.path.join(HERE, "hesitations.txt")) as f:
            self.pauses = {stem: kind for kind, stem, _ in (line.split(" ", 2) for line in f)}
        self.by_kind = {}
        for one in utterances:
            self.by_kind.setdefault(one.kind, []).append(one)
        long = [u for u in self.by_kind["orders"] + self.by_kind.get("prompts", []) if SECONDS[0] <= u.seconds <= SECONDS[1]]
        self.long = sorted(long, key=lambda u: (self.r.random(), u.path))
        # Orders and prompts in turns: the prompts are many, but of one speaker.
        orders, prompts = ([u for u in self.long if u.kind == kind] for kind in ("orders", "prompts"))
        self.mixed = orders if not prompts else [pair for i, prompt in enumerate(prompts) for pair in (orders[i % len(orders)], prompt)]

    def add(self, suite, turns, voice, condition):
        talks = self.suites.setdefault(suite, [])
        talk = {"id": f"{suite}/{len(talks):03d}", "group": voice, "level": round(self.r.uniform(-28, -18), 1), "floor": round(self.r.uniform(-70, -58), 1)}
        talks.append({**talk, "condition": condition, **({"channel": CONDITIONS[condition]} if CONDITIONS[condition] else {}), "turns": turns})

    def spread(self, suite, make, clean, others):
        """`make(i)` gives turns and a speaker; the conditions come in turns at the end."""
        for i in range(clean):
            self.add(suite, *make(i), "clean")
        for condition in list(CONDITIONS)[1:]:
            for i in range(others):
                self.add(suite, *make(i * max(1, clean // max(1, others))), condition)

    def ask(self, kinds):
        """A synthesizer asks."""
        group, speaker = conversations.voice(self.r, self.r.randrange(4))
        return {"say": domain.request(self.r, domain.Memory(), self.r.choice(kinds)).user, "role": "filler", "voice": speaker}

    def into(self, first, most):
        return {"into": round(self.r.uniform(first, most), 2)}

    # Suites: what the i-th conversation is.

    def hears(self, i):
        one = self.long[i % len(self.long)]
        return [one.turn()], one.voice

    def turns(self, i):
        first = self.mixed[i % len(self.mixed)]
        same = [u for u in self.long if u.voice == first.voice and u is not first]
        return [first.turn(), self.r.choice(same).turn()], first.voice

    def hesitation(self, i):
        paused = [u for u in self.mixed if u.pause()]
        one = paused[i % len(paused)]
        pause = {"at": one.pause(), "seconds": round(self.r.uniform(0.4, 2.0), 2)}
        return [one.turn(pause=pause) | {"kind": self.pauses.get(one.stem, one.kind)}], one.voice

    def interruption(self, i):
        one = self.mixed[i % len(self.mixed)]
        return [self.ask(["story"]), one.turn(role="interruption", when=self.into(0.7, 4))], one.voice

    def back_channel(self, i):
        one = self.by_kind["back-channels"][i * 7 % len(self.by_kind["back-channels"])]
        return [self.ask(["story"]), one.turn(role="back-channel", when=self.into(0.7, 5))], one.voice

    def aside(self, i, turn, voice):
        if i % 2 == 0:
            return [self.ask(["story"]), dict(turn, when=self.into(0.7, 5))], voice
        quiet = dict(turn, when={"after": round(self.r.uniform(1.5, 4), 2)})
        return [self.ask(conversations.SHORT), quiet, self.mixed[i % len(self.mixed)].turn(when={"after": 3})], voice

    def vocal_tic(self, i):
        one = self.by_kind["tics"][i // 2 * 5 % len(self.by_kind["tics"])]
        return self.aside(i, one.turn(role="vocal-tic", kind=one.text), one.voice)

    def side_talk(self, i):
        """Another person, farther away than the caller."""
        kinds = [kind for kind in ("orders", "shouts", "words", "prompts") if kind in self.by_kind]
        kind = kinds[i // 2 % len(kinds)]
        short = [u for u in self.by_kind[kind] if u.seconds < SIDE_SECONDS_MAX]
        one = short[i // (2 * len(kinds)) % len(short)]
        far = dict(level=round(self.r.uniform(-46, -34), 1), room=round(self.r.uniform(0.3, 0.8), 2))
        return self.aside(i, one.turn(role="side-talk", **far), one.voice)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--development", action="store_true", help="the speakers on whom thresholds are chosen")
    a = parser.parse_args()
    b = Book(a.seed, list(held(a.weights.rstrip("/"), a.development)))
    b.spread("people-hears", b.hears, len(b.long), 70)
    b.spread("people-turns", b.turns, 200, 30)
    b.spread("people-hesitation", b.hesitation, 200, 30)
    b.spread("people-interruption", b.interruption, 200, 30)
    if not a.development:
        b.spread("people-back-channel", b.back_channel, 200, 30)
        b.spread("people-vocal-tic", b.vocal_tic, 120, 30)
    b.spread("people-side-talk", b.side_talk, 200, 30)
    with open(a.out, "w") as f:
        f.write('{"format": 1, "suites": {\n')
        f.write(
            ",\n".join(json.dumps(name) + ": [\n" + ",\n".join(json.dumps(talk, separators=(",", ":")) for talk in talks) + "\n]" for name, talks in b.suites.items())
        )
        f.write("\n}}\n")
    print({k: len(v) for k, v in b.suites.items()}, {k: len(v) for k, v in b.by_kind.items()}, len(b.long))


if __name__ == "__main__":
    main()
