"""Writes what the server's language runtime must reproduce with the adapter: greedy answers, and the chance of each turn's end.

    python mind_golden.py WEIGHTS MODEL OUT.json
"""

import json
import sys

import torch

from mind_base import END
from mind_decode import generate
from mind_encode import pieces
from mind_export import merged
from mind_measure import Prompt

REQUESTS = ("hello how are you today", "what is the capital of france", "how do i boil an egg", "i was wondering if um", "stop")


def entry(mind, request, system):
    """One request: the prompt's ids, each word's last place, log P(end) there, and 24 greedy tokens of the answer."""
    prompt = Prompt(mind.words, system)
    at, ids = [], prompt.ids + prompt.head("user")
    for part in pieces(mind.words, request):
        ids = ids + part
        at.append(len(ids) - 1)
    rows = torch.tensor([ids])
    mask = torch.full((len(ids), len(ids)), float("-inf"), dtype=mind.dtype).triu(1)[None, None]
    logs = torch.log_softmax(mind.logits(mind(rows, torch.arange(len(ids))[None], mask)[0]), -1)
    whole = ids + prompt.tail()
    return dict(words=request, prompt=whole, at=at, end=[round(float(logs[i, END]), 4) for i in at], answer=generate(mind, [whole], 24)[0])


def main():
    weights, model, out = sys.argv[1:4]
    torch.set_num_threads(1)
    mind = merged(weights, model, torch.float32)
    config = json.load(open(model + "/mind.json"))
    entries = [entry(mind, r, config["instructions"]) for r in REQUESTS]
    with open(out, "w") as f:
        json.dump(dict(adapter=config["adapter_sha256"], entries=entries), f)
        f.write("\n")
    for e in entries:
        print(e["words"], "=>", mind.words.decode(e["answer"], skip_special_tokens=False), e["end"])


if __name__ == "__main__":
    main()
