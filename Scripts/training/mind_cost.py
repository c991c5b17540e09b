"""What fine-tuning costs: perplexity of a long prose text, and sentences to finish (mind_cloze.txt).

    python mind_cost.py WEIGHTS TEXT MODEL|untuned [--tokens 8192]
"""

import argparse
import math

import torch
import torch.nn.functional as F

from mind_measure import prepared
from mind_phrases import lines

CHUNK = 512


@torch.inference_mode()
def logs(mind, ids):
    """log P of each token after the first."""
    n = len(ids)
    mask = torch.full((n, n), float("-inf"), dtype=mind.dtype).triu(1)[None, None]
    out = mind.logits(mind(torch.tensor([ids]), torch.arange(n)[None], mask)[0, :-1])
    return -F.cross_entropy(out, torch.tensor(ids[1:]), reduction="none")


def perplexity(mind, text, count):
    ids = mind.words.encode(text, add_special_tokens=False).ids[2048 : 2048 + count]
    found = torch.cat([logs(mind, ids[i : i + CHUNK]) for i in range(0, len(ids) - 1, CHUNK)])
    return math.exp(-found.mean())


def finished(mind):
    """How many sentences get the right end, by the chance of its tokens."""
    hits = 0
    items = [[p.strip() for p in line.split("|")] for line in lines("mind_cloze.txt")]
    for begin, *ends in items:
        n = len(mind.words.encode(begin, add_special_tokens=False).ids)
        chances = [float(logs(mind, mind.words.encode(f"{begin} {end}.", add_special_tokens=False).ids)[n - 1 :].sum()) for end in ends]
        hits += chances.index(max(chances)) == 0
    return hits, len(items)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("weights", "text", "model"):
        parser.add_argument(name)
    parser.add_argument("--tokens", type=int, default=8192)
    a = parser.parse_args()
    torch.set_num_threads(1)
    mind, _ = prepared(a.model, a.weights)
    print(f"{a.model}: perplexity {perplexity(mind, open(a.text, errors='replace').read(), a.tokens):.2f}, cloze {'%d of %d' % finished(mind)}", flush=True)


if __name__ == "__main__":
    main()
