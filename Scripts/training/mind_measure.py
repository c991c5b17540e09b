"""Measures the mind's decisions on held-out talks: after each slice of heard words to wait, answer, stay silent, or go on.

    python mind_measure.py WEIGHTS MODEL|untuned [--talks 150] [--threshold LOG_P]

The talks' forms, facts, phrases and tools were never trained. Without --threshold it is chosen on talks of the trained kinds.
"""

import argparse
import collections
import json
import os
import random

import torch

from mind_base import END, FILE, IDLE, RESUME
from mind_encode import encode
from mind_export import merged
from mind_model import Mind
from mind_talks import Maker, load

SILENCE, GO_ON = "Silence.", "Continuing:"
INSTRUCTION = (
    f" If the user does not speak to you, wants you to stop, or has not finished, answer only: {SILENCE}. If the user only says that they listen"
    f" while you were interrupted, answer {GO_ON} and finish your statement.")


def prepared(name, weights):
    """(mind, whether it is tuned)"""
    if name == "untuned":
        return Mind(os.path.join(weights, FILE), rank=0).requires_grad_(False), False
    return merged(weights, name), True


class Prompt:
    """A talk as it grows, as token ids."""

    def __init__(self, words, system=None):
        self.words, self.ids = words, []
        if system:
            self.add("system", system)

    def plain(self, text):
        return self.words.encode(text, add_special_tokens=False).ids

    def head(self, role):
        return self.plain(f"<|im_start|>{role}\n")

    def tail(self):
        """From the user's last word to the answer's first."""
        return self.plain("<|im_end|>\n<|im_start|>assistant\n")

    def add(self, role, text):
        self.ids += self.head(role) + self.plain(text + "<|im_end|>\n")


def plainly(talk):
    """The same talk for a model without control tokens: they are written out, and explained."""
    swap = lambda text: text.replace("<idle>", SILENCE).replace("<resume>", GO_ON)
    out = [[role, swap(text), cut] for role, text, cut in talk]
    head = out.pop(0)[1] if out[0][0] == "system" else "You are Duet, a friendly voice assistant."
    return [["system", head + INSTRUCTION, False]] + out


@torch.inference_mode()
def scores(mind, talk, tuned):
    """log P(end) at every word of the users' turns, and the first token of every answer: lists by turn."""
    row = encode(mind.words, talk if tuned else plainly(talk))
    n = len(row.ids)
    mask = torch.full((n, n), float("-inf"), dtype=mind.dtype).triu(1)[None, None]
    hidden = mind(torch.tensor([row.ids]), torch.arange(n)[None], mask)[0]
    opening = mind.words.encode("<|im_start|>assistant\n", add_special_tokens=False).ids
    heads = [i + len(opening) - 1 for i in range(n - len(opening)) if row.ids[i : i + len(opening)] == opening]
    asked = [i for i in range(n) if row.ends[i] >= 0]
    logits = mind.logits(hidden[asked + heads])
    over = torch.log_softmax(logits[: len(asked)], -1)[:, END].tolist()
    first = [row.ids[h + 1] for h in heads], logits[len(asked) :].argmax(-1).tolist()
    return over, first, resumed(mind, hidden, row.ids) if tuned else []


def resumed(mind, hidden, ids):
    """After each answer to a side question: whether the unfinished statement follows (True), at its gold place."""
    places = [i for i, token in enumerate(ids) if token == RESUME and ids[i - 1] != 198]
    return (mind.logits(hidden[[p - 1 for p in places]]).argmax(-1) == RESUME).tolist() if places else []


def slices(r, count):
    """Ends of slices of one to six words."""
    at, out = 0, []
    while at < count:
        at = min(count, at + r.randint(1, 6))
        out.append(at - 1)
    return out


def decisions(talk, scored, r, names):
    """(what was right, log P(end), what the mind would begin with, seconds of pause) for each slice."""
    over, (gold, first), _ = scored
    word = answer = 0
    for i, (role, text, cut) in enumerate(talk):
        if role == "assistant":
            answer += 1
        if role != "user":
            continue
        count = len(text.split(" "))
        for end in slices(r, count):
            last = end == count - 1
            right = "wait" if not last or cut else names.get(gold[answer], "answer")
            pause = (r.uniform(0.7, 2.5) if last else 0.15 if r.random() < 0.8 else r.uniform(0.3, 1.5))
            yield right, over[word + end], names.get(first[answer], "answer") if last else None, pause
        word += count


def decided(over, begins, threshold):
    """By the mind. In the middle of a turn nobody asks it to begin unless P(end) is high."""
    return "wait" if over < threshold else begins or "answer"


def correct(right, made):
    """Silence is silence."""
    return made == right or {made, right} <= {"wait", "idle"}


def shares(rows, decide):
    hits = collections.defaultdict(list)
    for row in rows:
        hits[row[0]].append(correct(row[0], decide(row)))
    return {k: sum(v) / len(v) for k, v in hits.items()} | {"all": sum(map(sum, hits.values())) / sum(map(len, hits.values()))}, {k: len(v) for k, v in hits.items()}


def collected(mind, tuned, talks, seed):
    names = {IDLE: "idle", RESUME: "resume"}
    if not tuned:
        first = lambda text: mind.words.encode(text, add_special_tokens=False).ids
        names = {first(SILENCE)[0]: "idle", first(GO_ON)[0]: "resume"}
    r, rows, back = random.Random(seed), [], []
    for talk in talks:
        scored = scores(mind, talk, tuned)
        rows += decisions(talk, scored, r, names)
        back += scored[2]
    return rows, back


def best_threshold(rows):
    return max((shares(rows, lambda row: decided(row[1], row[2], t / 4))[0]["all"], t / 4) for t in range(-48, 0))[1]


def report(name, found, counts):
    print(f"{name:28s}" + " ".join(f"{k} {100 * found[k]:.1f} % of {counts.get(k, sum(counts.values()))}" for k in ("all", *sorted(counts))), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("model")
    parser.add_argument("--talks", type=int, default=150)
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--taught", default="", help="open.jsonl of the training")
    a = parser.parse_args()
    torch.set_num_threads(1)
    mind, tuned = prepared(a.model, a.weights)
    taught = [t for t in load(a.taught) if t[1]]
    made = lambda seed, test: [m.talk() for m in [Maker(seed, test, taught)] for _ in range(a.talks)]
    threshold = a.threshold if a.threshold is not None else best_threshold(collected(mind, tuned, made(77, False)[: a.talks // 2], 1)[0])
    rows, back = collected(mind, tuned, made(4242, True), 2)
    report(f"{a.model}, log P > {threshold}", *shares(rows, lambda row: decided(row[1], row[2], threshold)))
    report("a pause of 0.7 s", *shares(rows, lambda row: "answer" if row[3] >= 0.7 else "wait"))
    if back:
        print(f"back on topic after a side question: {sum(back)} of {len(back)}")
    print(json.dumps(dict(threshold=threshold)))


if __name__ == "__main__":
    main()
