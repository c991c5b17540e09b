"""Synthesizes the bank of user utterances: requests of the domain and general sentences, in training voices.

    python bank.py FOLDER [--domain 56000] [--general 22000] [--open 16000] [--seed 1]

General sentences are said by all voices; open ones by those that are made from people's recordings alone, which the
bank has too few of and which the held-out synthesizers resemble.

Writes `audio.i16` (all clips, 16 kHz, one after the other) and `index.json` (start, count, text, kind, answer, voice).
Parts that exist already are kept, so an interrupted run goes on.
"""

import argparse
import json
import multiprocessing
import os
import random

import numpy as np

import domain
import voices

PART = 1000
DICTIONARY = "/usr/share/dict/american-english-small"


def general_sentence(r, words, vocabulary):
    """Words in no meaningful order: half of the domain's vocabulary, half of the dictionary."""
    source = vocabulary if r.random() < 0.5 else words
    return " ".join(r.choice(source) for _ in range(r.randint(2, 6)))


def open_text(r, words):
    """Common words, any words, or a request that nobody can answer."""
    draw = r.random()
    if draw < 0.5:
        return domain.open_sentence(r)
    return domain.strange(r) if draw < 0.75 else " ".join(r.choice(words) for _ in range(r.randint(2, 6)))


def make_part(job):
    folder, part, seed, sort = job
    path = os.path.join(folder, f"part-{part:04d}.npz")
    if os.path.exists(path):
        return path
    r = random.Random(seed * 100_003 + part)
    with open(DICTIONARY) as f:
        words = [w for w in f.read().split() if w.isascii() and w.isalpha() and w.islower() and 2 <= len(w) <= 9]
    vocabulary, rows, clips, waiting = domain.vocabulary(), [], [], {}
    speakers = voices.Speakers()
    for i in range(PART):
        if sort == "domain":
            t = domain.request(r, domain.Memory())
            row = dict(text=t.user, kind=t.kind, answer=t.answer)
        else:
            text = general_sentence(r, words, vocabulary) if sort == "general" else open_text(r, words)
            row = dict(text=text, kind=None, answer=None)
        rows.append(row)
        clips.append(None)
        if sort == "open" and r.random() < 0.5:
            row["voice"] = r.choices(["slt", "kal16"], [3, 1])[0]
            clips[i] = voices.trim(speakers.flite(row["text"], row["voice"], r.uniform(0.75, 1.3)))
        elif sort == "open" or r.random() < 0.17:
            row["voice"] = r.choices(voices.FESTIVAL, [2, 3, 3])[0]
            waiting.setdefault(row["voice"], []).append(i)
        else:
            clips[i], row["voice"] = speakers(r, row["text"], "train")
    for voice, rows_of_voice in waiting.items():
        for i, x in zip(rows_of_voice, voices.festival([rows[i]["text"] for i in rows_of_voice], voice)):
            clips[i] = voices.trim(x)
    for row, x in zip(rows, clips):
        row["count"] = len(x)
    audio = np.concatenate(clips)
    np.savez(path + ".tmp.npz", audio=(np.clip(audio, -1, 1) * 32767).astype(np.int16), rows=json.dumps(rows))
    os.rename(path + ".tmp.npz", path)
    return path


class Bank:
    """The clips of a folder: `bank[i]` is float32 audio, `bank.rows[i]` what it says."""

    def __init__(self, folder):
        with open(os.path.join(folder, "index.json")) as f:
            self.rows = json.load(f)
        self.audio = np.memmap(os.path.join(folder, "audio.i16"), np.int16, "r")

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.rows[i]
        return self.audio[row["start"] : row["start"] + row["count"]].astype(np.float32) / 32767


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--domain", type=int, default=56000)
    parser.add_argument("--general", type=int, default=22000)
    parser.add_argument("--open", type=int, default=16000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    a = parser.parse_args()
    os.makedirs(a.folder, exist_ok=True)
    sorts = ["domain"] * (a.domain // PART) + ["general"] * (a.general // PART) + ["open"] * (a.open // PART)
    # Shuffle, so that any part of the bank is a fair sample.
    random.Random(a.seed).shuffle(sorts)
    jobs = [(a.folder, i, a.seed, sort) for i, sort in enumerate(sorts)]
    rows, start = [], 0
    with multiprocessing.Pool(a.workers) as pool, open(os.path.join(a.folder, "audio.i16"), "wb") as out:
        for n, path in enumerate(pool.imap(make_part, jobs)):
            with np.load(path) as part:
                part["audio"].tofile(out)
                for row in json.loads(str(part["rows"])):
                    rows.append(dict(row, start=start))
                    start += row["count"]
            print(f"bank: {n + 1}/{len(jobs)} parts, {start / voices.RATE / 3600:.1f} h", flush=True)
    with open(os.path.join(a.folder, "index.json"), "w") as f:
        json.dump(rows, f)


if __name__ == "__main__":
    main()
