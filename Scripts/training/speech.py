"""Synthesizes the assistant's side: every answer once, in festival's slt-hts voice, with the times of its words.

    python speech.py FOLDER --bank BANK [--stories 260] [--more 6000] [--general 1200]

Writes `audio.i16` and `index.json` (start, count, text, words: [start s, end s] each), trimmed to begin with speech; every
word lasts a whole number of slices.
"""

import argparse
import json
import multiprocessing
import os
import random

import numpy as np

import audio
import domain
import voices
from bank import DICTIONARY, general_sentence

PART = 250


def answers(bank, stories, more, seed=7):
    """Every answer to the bank's requests, `stories` of the stories, and `more` that only follow from a talk's memory."""
    fixed = [domain.REFUSAL, "i do not know your name", "you did not give me a word", "i did not say anything"]
    out, told, r = dict.fromkeys(fixed), 0, random.Random(seed)
    with open(os.path.join(bank, "index.json")) as f:
        rows = [row for row in json.load(f) if row["kind"]]
    turns = [(row["kind"], row["answer"]) for row in rows]
    turns += [("recall", f"your name is {name}") for name in domain.NAMES]
    turns += [("reveal", f"the word is {word}") for word in domain.SPELLABLE]
    for _ in range(more):
        t = domain.request(r, kind=r.choice(["add", "subtract", "repeat", "repeat", "story"]))
        turns.append((t.kind, t.answer))
    for kind, answer in turns:
        if answer in out or (kind == "story" and told >= stories):
            continue
        told += kind == "story"
        out[answer] = None
    return list(out)


def to_grid(x, words):
    """Stretches every word to a whole number of slices: (audio, [(start s, end s) of each word]).

    A word then begins at the same place within a slice wherever it is said, and its codes are nearly the same each time.
    A word lasts to the start of the next; the sound before the first and after the last is left as it is.
    """
    knots = [round(start * voices.RATE) for start, _ in words] + [round(words[-1][1] * voices.RATE)]
    slices = [max(1, int((b - a) / audio.SLICE + 0.55)) for a, b in zip(knots, knots[1:])]
    moved = [knots[0]]
    for n in slices:
        moved.append(moved[-1] + n * audio.SLICE)
    y = audio.warp(x, [0, *knots, len(x)], [0, *moved, moved[-1] + len(x) - knots[-1]])
    return y, [(a / voices.RATE, b / voices.RATE) for a, b in zip(moved, moved[1:])]


def make_part(job):
    folder, part, texts = job
    path = os.path.join(folder, f"part-{part:04d}.npz")
    if os.path.exists(path):
        return path
    rows, clips = [], []
    for text, (x, words) in zip(texts, voices.festival(texts, timings=True)):
        if len(words) != len(text.split()):
            continue
        first = max(0, int((words[0][0] - 0.03) * voices.RATE))
        last = min(len(x), int((words[-1][1] + 0.06) * voices.RATE))
        x, words = to_grid(x[first:last], [(a - first / voices.RATE, b - first / voices.RATE) for a, b in words])
        clips.append(audio.level(x, -20))
        rows.append(dict(text=text, count=len(clips[-1]), words=words))
    joined = np.clip(np.concatenate(clips), -1, 1)
    np.savez(path + ".tmp.npz", audio=(joined * 32767).astype(np.int16), rows=json.dumps(rows))
    os.rename(path + ".tmp.npz", path)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--bank", required=True)
    parser.add_argument("--stories", type=int, default=260)
    parser.add_argument("--more", type=int, default=6000)
    parser.add_argument("--general", type=int, default=1200)
    parser.add_argument("--workers", type=int, default=2)
    a = parser.parse_args()
    os.makedirs(a.folder, exist_ok=True)
    r, vocabulary = random.Random(5), domain.vocabulary()
    with open(DICTIONARY) as f:
        words = [w for w in f.read().split() if w.isascii() and w.isalpha() and w.islower() and 2 <= len(w) <= 9]
    texts = answers(a.bank, a.stories, a.more) + [general_sentence(r, words, vocabulary) for _ in range(a.general)]
    random.Random(3).shuffle(texts)
    jobs = [(a.folder, i, texts[i * PART : (i + 1) * PART]) for i in range(-(-len(texts) // PART))]
    rows, start = [], 0
    with multiprocessing.Pool(a.workers) as pool, open(os.path.join(a.folder, "audio.i16"), "wb") as out:
        for n, path in enumerate(pool.imap(make_part, jobs)):
            with np.load(path) as part:
                part["audio"].tofile(out)
                for row in json.loads(str(part["rows"])):
                    rows.append(dict(row, start=start))
                    start += row["count"]
            print(f"speech: {n + 1}/{len(jobs)} parts, {start / voices.RATE / 3600:.2f} h", flush=True)
    with open(os.path.join(a.folder, "index.json"), "w") as f:
        json.dump(rows, f)


if __name__ == "__main__":
    main()
