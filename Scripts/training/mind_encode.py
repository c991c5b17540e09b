"""Talks as token rows for training: ids, what each position must predict, and how much it counts."""

import random

import torch

from mind_base import END, IDLE, RESUME

LENGTH = 640  # tokens of a talk; longer ones are dropped.
TEXT, CONTROL, HEARD, TURN = 1.0, 3.0, 0.05, 1.5


class Row:
    """ids; `weights[i]` of predicting ids[i]; `ends[i]`: whether the user's turn ends after i (1, 0, or -1: not asked)."""

    def __init__(self):
        self.ids, self.weights, self.ends = [], [], []

    def add(self, ids, weight=0.0, ends=None):
        self.ids += ids
        self.weights += weight if isinstance(weight, list) else [weight] * len(ids)
        self.ends += ends or [-1] * len(ids)


def pieces(words, text):
    """Token ids of each word of a text, with its leading blank."""
    return [words.encode((" " if i else "") + w, add_special_tokens=False).ids for i, w in enumerate(text.split(" "))]


def encode(words, talk):
    plain = lambda text: words.encode(text, add_special_tokens=False).ids
    row, newline = Row(), plain("\n")
    for role, text, cut in talk:
        row.add(plain(f"<|im_start|>{'user' if role == 'tool' else role}\n"))
        if role == "user":
            add_heard(row, pieces(words, text), cut)
        elif role == "assistant":
            add_said(row, plain, text, cut)
        else:
            row.add(plain(text + "<|im_end|>"))
        row.add(newline)
    return row


def add_heard(row, parts, cut):
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        row.add(part, HEARD, [-1] * (len(part) - 1) + [int(last and not cut)])
    row.add([END])


def add_said(row, plain, text, cut):
    """A cut turn's end is no choice of the mind's."""
    text = text.replace("<idle>", "\0").replace(" <resume> ", "\1").replace("<resume> ", "\1")
    for i, part in enumerate(text.split("\1")):
        if i:
            row.add([RESUME], CONTROL)
        row.add([IDLE], CONTROL) if part == "\0" else row.add(plain(part), TEXT)
    row.add([END], 0.0 if cut else TEXT)


def batches(words, make, tokens, pool=192, seed=0):
    """Endless batches of about `tokens` tokens, of talks of similar length: attention over padding is wasted."""
    r = random.Random(seed)
    while True:
        rows = [row for row in (encode(words, make()) for _ in range(pool)) if len(row.ids) <= LENGTH]
        rows.sort(key=lambda row: len(row.ids))
        groups, group = [], []
        for row in rows:
            if group and len(row.ids) * (len(group) + 1) > tokens:
                groups.append(group)
                group = []
            group.append(row)
        r.shuffle(groups)
        yield from groups


def tensors(rows):
    length = max(len(row.ids) for row in rows)
    pad = lambda values, fill: torch.tensor([v + [fill] * (length - len(v)) for v in values])
    return pad([r.ids for r in rows], 0), pad([r.weights for r in rows], 0.0), pad([r.ends for r in rows], -1)
