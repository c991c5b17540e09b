"""Trains the duplex model on rendered conversations.

    python train_duplex.py BANK SPEECH ENCODER.pt CODEC.pt OUT.pt [--steps N]

Conversations are rendered in worker processes while the model trains; each is used a few times from a pool. The first
evaluation set is fixed, on voices never trained on, and scored by free-running generation.
"""

import argparse
import os
import random
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F

import audio
import domain
import vocabulary as pieces
from answers import Answers
from codec import CODES, DIMENSIONS, LEVELS
from dialogues import Renderer
from duplex import IDLE, SILENT_CODE, Duplex
from encoder import Encoder
from tensors import shipped
from training import DEVICE, Run, autocast

# Weights of idle tokens and silence, the commonest classes. With less, the model speaks at 10 % confidence and stops too late.
IDLE_WEIGHT, SILENT_WEIGHT = 0.5, 0.5


def mistaken(codes, near=0.04, far=0.01):
    """Codes of which some are others: one digit a step up or down, or any. When it speaks alone the model hears its own mistakes."""
    chance = torch.rand(codes.shape, device=codes.device)
    unit = LEVELS ** torch.randint(0, DIMENSIONS, codes.shape, device=codes.device)
    digit = codes // unit % LEVELS
    moved = codes + ((digit + torch.randint(0, 2, codes.shape, device=codes.device) * 2 - 1).clamp(0, LEVELS - 1) - digit) * unit
    others = torch.where(chance < near, moved, torch.where(chance < near + far, torch.randint_like(codes, CODES), codes))
    return torch.where(codes == SILENT_CODE, codes, others)


def losses_of(model, batch):
    """Weighted cross entropies of think, say and the two codes."""
    rows, think, say, codes, scored, is_text_scored = batch
    a, b, c, d = model(rows, think, say, codes, mistaken(codes))
    think, say = think.masked_fill(~is_text_scored, -100), say.masked_fill(~is_text_scored, -100)
    codes = codes.masked_fill(~scored[..., None], -100)
    text_weight = torch.ones(a.shape[-1], device=a.device)
    text_weight[IDLE] = IDLE_WEIGHT
    code_weight = torch.ones(c.shape[-1], device=c.device)
    code_weight[SILENT_CODE] = SILENT_WEIGHT

    def entropy(logits, target, weight=None):
        scored = target >= 0
        weights = scored if weight is None else weight[target.clamp(min=0)] * scored
        return F.cross_entropy(logits.float().flatten(0, 1), target.flatten(), weight, ignore_index=-100, reduction="sum") / weights.sum().clamp(min=1)

    second = codes[..., 1].masked_fill(codes[..., 1] == SILENT_CODE, -100)
    return (entropy(a, think, text_weight), entropy(b, say, text_weight), entropy(c, codes[..., 0], code_weight), entropy(d, second))


def stack(examples, noise=0.1):
    """A batch of equal length: shorter conversations go on in silence that is not scored (rows repeat the last)."""
    n = max(len(e.think) for e in examples)
    fill = lambda x, value: np.concatenate([x, np.full((n - len(x), *x.shape[1:]), value, x.dtype)])
    rows = np.stack([np.concatenate([e.rows, np.repeat(e.rows[-1:], n - len(e.rows), 0)]) for e in examples]).astype(np.float32)
    rows = torch.tensor(rows)
    scored = torch.arange(n)[None] >= torch.tensor([e.kept for e in examples])[:, None]
    is_text_scored = scored & ~torch.tensor([e.is_read for e in examples])[:, None]
    return (rows + torch.randn_like(rows) * noise, torch.tensor(np.stack([fill(e.think, IDLE) for e in examples])),
            torch.tensor(np.stack([fill(e.say, IDLE) for e in examples])), torch.tensor(np.stack([fill(e.codes, SILENT_CODE) for e in examples])), scored, is_text_scored)


class Rendered(torch.utils.data.IterableDataset):
    def __init__(self, arguments, seed, backchannels):
        self.arguments, self.seed, self.backchannels = arguments, seed, backchannels

    def __iter__(self):
        a, info = self.arguments, torch.utils.data.get_worker_info()
        renderer = Renderer(a.bank, Answers(a.speech, a.codec, a.out + ".codes.npz"), a.encoder, pieces.load(), self.seed * 1009 + info.id, self.backchannels, a.readings)
        while True:
            # Drop the turns' audio, which training does not need.
            yield replace(renderer.render(), turns=[])


class Pool:
    """The latest `size` rendered conversations; `draw` takes new ones as they come and never waits once half full."""

    def __init__(self, source, size, fresh, r):
        self.source, self.size, self.fresh, self.r, self.examples, self.next = source, size, fresh, r, [], 0

    def take(self, count):
        for _ in range(count):
            e = next(self.source)
            if len(self.examples) < self.size:
                self.examples.append(e)
            else:
                self.examples[self.next] = e
                self.next = (self.next + 1) % self.size

    def draw(self, batch):
        """A batch of conversations of like length."""
        self.take(self.fresh)
        order = sorted(self.r.sample(range(len(self.examples)), min(len(self.examples), batch * 4)), key=lambda i: len(self.examples[i].think))
        at = self.r.randrange(0, max(1, len(order) - batch))
        return [self.examples[i] for i in order[at : at + batch]]


def test_set(group, count, encoder, seed):
    """Single requests on voices of a group: (rows [slices, 640], request, slice of the end of speech)."""
    import voices

    speakers, r, out = voices.Speakers(), random.Random(seed), []
    kinds = [k for k in domain.KINDS if k not in ("recall", "reveal", "again", "go_on", "story")]
    for i in range(count):
        t = domain.request(r, kind=kinds[i % len(kinds)])
        x = audio.level(speakers(r, t.user, group)[0], r.uniform(-30, -18))
        lead = int(r.uniform(0.5, 1.5) * audio.RATE)
        last = (lead + len(x) - 1) // audio.SLICE
        x = np.pad(x, (lead, 10 * audio.RATE))[: 9 * audio.RATE // audio.SLICE * audio.SLICE]
        mel = torch.tensor(audio.log_mel(x + audio.coloured_noise(r, len(x), -60)))[None]
        with torch.no_grad():
            rows = encoder(mel)[0]
        out.append((rows.reshape(len(x) // audio.SLICE, -1), t, last))
    return out


def score(model, tests, words, show=0):
    """Text of free-running answers: share exactly right over all, over slot requests, share that spoke too early."""
    model.eval()
    think, say, codes = model.generate(torch.stack([rows for rows, _, _ in tests]).to(DEVICE))
    model.train()
    right, slots, early = [], [], []
    for i, (_, t, last) in enumerate(tests):
        text = words.text(say[i].tolist())
        right.append(domain.is_right(t, text))
        if t.slot:
            slots.append(right[-1])
        spoke = (codes[i, :, 0] != SILENT_CODE).nonzero()
        early.append(bool(len(spoke)) and int(spoke[0]) < last)
        if i < show:
            print(f"    {t.user} | heard: {words.text(think[i].tolist())} | said: {text}")
    return np.mean(right), np.mean(slots), np.mean(early)


def begin_with(model, folder):
    """Starts from an exported model: rows of pieces that both have are kept, new ones stay random."""
    state, new = shipped(folder, "decode"), model.state_dict()
    index = pieces.load(os.path.join(folder, "tokenizer.json")).index
    pairs = [(i, index[p]) for i, p in enumerate(pieces.pieces()) if p in index]
    to, of = (torch.tensor(x) for x in zip(*pairs))
    for name, value in state.items():
        if len(value) == len(index):
            new[name][to] = value[of]
        else:
            new[name] = value
    model.load_state_dict(new)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("bank", "speech", "encoder", "codec", "out"):
        parser.add_argument(name)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--begin", metavar="MODEL", help="an exported model to start from")
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--pool", type=int, default=2500)
    parser.add_argument("--fresh", type=int, default=2, help="new conversations a step")
    parser.add_argument("--readings", type=float, default=0.3, help="share of examples in which it only speaks")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    a = parser.parse_args()
    torch.manual_seed(0)
    words, r = pieces.load(), random.Random(0)
    answers = Answers(a.speech, a.codec, a.out + ".codes.npz")
    first = Renderer(a.bank, answers, a.encoder, words, 1)
    tests = {g: test_set(g, 57, first.encoder, 300) for g in ("heldout", "awb", "rms")}
    torch.set_num_threads(a.threads)
    model = Duplex(len(words.pieces))
    if a.begin:
        begin_with(model, a.begin)
    run = Run(model, a.out, steps=a.steps, rate=a.rate, weight_decay=0.05, report=300)
    loader = torch.utils.data.DataLoader(
        Rendered(a, run.step + 1, first.backchannels), batch_size=None, num_workers=a.workers, prefetch_factor=64)
    pool, evaluations = Pool(iter(loader), a.pool, a.fresh, r), 0
    pool.take(a.batch * 16)
    while not run.done:
        batch = [x.to(DEVICE) for x in stack(pool.draw(a.batch))]
        with autocast():
            think, say, one, two = losses_of(model, batch)
        seconds = batch[1].numel() * audio.SLICE / audio.RATE
        if run.update(think + say + one + two, seconds, think=think, say=say, first=one, second=two):
            evaluations += 1
            groups = ("heldout", "awb", "rms") if evaluations % 4 == 0 else ("heldout",) if evaluations % 2 else ("awb",)
            for g in groups:
                print("  %s exact %.2f, slots %.2f, early %.2f" % (g, *score(model, tests[g], words, 5)), flush=True)
    run.finish()
    for g in tests:
        print("final %s exact %.3f, slots %.3f, early %.3f" % (g, *score(model, tests[g], words)))


if __name__ == "__main__":
    main()
