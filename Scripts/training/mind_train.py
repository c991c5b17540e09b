"""Trains the mind by text alone: low-rank updates of a small chat model, on talks made here.

    python mind_train.py WEIGHTS FOLDER [--steps 500]

FOLDER holds open.jsonl of mind_teach.py. Resumes from its checkpoint; logs the loss of answers and of ends of turns.
"""

import argparse
import json
import os

import torch
import torch.nn.functional as F

from mind_base import END, FILE
from mind_encode import TURN, batches, tensors
from mind_model import Mind
from mind_talks import HERE, Maker, load
from training import Run

TOKENS = 1280
FIXED = 10  # layers without updates: a third less to compute backwards.


def losses(mind, rows):
    """Mean loss of a token to say, and of a decision whether the user's turn is over."""
    ids, weights, ends = tensors(rows)
    length = ids.shape[1]
    mask = torch.full((length, length), float("-inf"), dtype=mind.dtype).triu(1)[None, None]
    hidden = mind(ids, torch.arange(length)[None], mask)
    target, weight, end = ids[:, 1:], weights[:, 1:], ends[:, :-1]
    chosen = (weight > 0) | (end >= 0)
    logs = torch.log_softmax(mind.logits(hidden[:, :-1][chosen]), -1)
    weight, end = weight[chosen], end[chosen]
    said = -(weight * logs.gather(1, target[chosen][:, None])[:, 0]).sum() / weight.sum()
    over = logs[:, END]
    turn = torch.where(end == 1, -over, -torch.log1p(-over.exp().clamp(max=1 - 1e-6)))[end >= 0].mean()
    return said, turn


def optimized(mind):
    """The two new rows need larger steps than the updates."""
    return [dict(params=list(mind.lora.parameters())), dict(params=[mind.rows], factor=3, weight_decay=0.0)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--rate", type=float, default=8e-4)
    a = parser.parse_args()
    torch.set_num_threads(1)
    mind = Mind(os.path.join(a.weights, FILE), fixed=FIXED)
    run = Run(mind, os.path.join(a.folder, "mind.pt"), a.steps, a.rate, warmup=12, groups=optimized(mind), weight_decay=0.01)
    taught = [t for t in load(os.path.join(a.folder, "open.jsonl")) if t[1]]
    banned = [q["turns"][-1] for q in json.load(open(os.path.join(HERE, "mind_questions.json")))]
    maker = Maker(run.step, taught=taught, banned=banned)
    tokens = 0
    for rows in batches(mind.words, maker.talk, TOKENS, seed=run.step):
        if run.done:
            break
        said, turn = losses(mind, rows)
        tokens += sum(len(row.ids) for row in rows)
        if run.update(said + TURN * turn, said=said.detach(), turn=turn.detach()):
            print(f"{tokens} tokens in this run", flush=True)
    run.finish()


if __name__ == "__main__":
    main()
