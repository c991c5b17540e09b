"""The listening encoder: log-mel to one 320-wide row every 40 ms, causal, trained with CTC on characters.

    python encoder.py BANK OUT.pt [--steps N] [--speech FOLDER]

Resumes from OUT.pt.checkpoint. Architecture: four mel frames stacked, then causal dilated blocks that are two matrix
products each (layer norm, three taps concatenated, GELU, residual).
"""

import argparse
import random
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import audio
import voices
from bank import Bank
from tensors import shipped
from training import DEVICE, Run, autocast, batches, edit_distance

CHARACTERS = " abcdefghijklmnopqrstuvwxyz"
INDEX = {c: i + 1 for i, c in enumerate(CHARACTERS)}
STACK = 4
DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8)


class Block(nn.Module):
    """x + W2 gelu(W1 [n(x)(t - 2 dilation), n(x)(t - dilation), n(x)(t)]), n a layer norm. Zeros before the start."""

    def __init__(self, width, hidden, dilation, taps=3, causal=True):
        super().__init__()
        self.taps, self.dilation, self.causal = taps, dilation, causal
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width * taps, hidden)
        self.down = nn.Linear(hidden, width)
        nn.init.normal_(self.down.weight, std=0.02)
        nn.init.zeros_(self.down.bias)

    def forward(self, x):
        y, t, reach = self.norm(x), x.shape[1], (self.taps - 1) * self.dilation
        y = F.pad(y, (0, 0, reach, 0) if self.causal else (0, 0, reach // 2, reach - reach // 2))
        y = torch.cat([y[:, i * self.dilation : i * self.dilation + t] for i in range(self.taps)], -1)
        return x + self.down(F.gelu(self.up(y)))


class Encoder(nn.Module):
    """mel [batch, frames, 80] to rows [batch, frames / 4, width]; `ctc` gives character logits."""

    def __init__(self, width=320, hidden=768):
        super().__init__()
        self.input = nn.Linear(STACK * audio.BANDS, width)
        self.blocks = nn.Sequential(*[Block(width, hidden, d) for d in DILATIONS])
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, len(CHARACTERS) + 1)

    def forward(self, mel):
        b, t, bands = mel.shape
        return self.norm(self.blocks(self.input(mel[:, : t // STACK * STACK].reshape(b, t // STACK, STACK * bands))))

    def ctc(self, mel):
        return self.output(self(mel))


def greedy(logits):
    """Text of the best path. logits [frames, characters + 1]."""
    out, previous = [], 0
    for i in logits.argmax(-1).tolist():
        if i not in (0, previous):
            out.append(CHARACTERS[i - 1])
        previous = i
    return "".join(out).strip()


def streams(folder, seed, seconds=12, speech=None):
    """Endless training examples: (mel [frames, 80], text). Several clips and disturbances in one noisy stream.

    One clip in ten is of `speech`: the assistant's answers serve as another user's sentences.
    """
    users, r, opus = Bank(folder), random.Random(seed), audio.Opus()
    others = Bank(speech) if speech else users
    n = seconds * audio.RATE
    while True:
        x, at, texts = np.zeros(n, np.float32), int(r.random() ** 2 * 2.5 * audio.RATE), []
        while True:
            bank = others if r.random() < 0.1 else users
            i = r.randrange(len(bank))
            row = bank.rows[i]
            clip = audio.vary_voice(r, bank[i], row.get("voice", voices.ASSISTANT))
            if r.random() < 0.15:
                clip = audio.disturbance(r, clip)
                row = None
            else:
                clip = audio.level(clip, r.uniform(-34, -15))
            if at + len(clip) > n - 8000:
                break
            x[at : at + len(clip)] += clip
            if row:
                texts.append(row["text"])
            at += len(clip) + int(audio.RATE * r.choice([r.uniform(0.12, 0.5), r.uniform(0.3, 2.5)]))
        if texts:
            yield audio.log_mel(audio.channel(r, x, opus)).astype(np.float16), " ".join(texts)


def mask(mel):
    """SpecAugment in place: two bands and two stretches, and a change of gain."""
    for m in mel:
        m += random.uniform(-0.15, 0.15)
        for _ in range(2):
            w = random.randint(0, 8)
            f = random.randint(0, audio.BANDS - w)
            m[:, f : f + w] = -0.7
            w = random.randint(0, 10)
            f = random.randint(0, len(m) - w)
            m[f : f + w] = -0.7
    return mel


def evaluate(model, examples):
    """(character error rate, word error rate) of greedy decoding."""
    errors = np.zeros(4)
    model.eval()
    for mel, text in examples:
        with torch.no_grad():
            heard = greedy(model.ctc(torch.tensor(mel, dtype=torch.float32)[None].to(DEVICE))[0])
        errors += [edit_distance(text, heard), len(text), edit_distance(text.split(), heard.split()), len(text.split())]
    model.train()
    return errors[0] / errors[1], errors[2] / errors[3]


def test_examples(group, n, seed):
    """One request a stream, with a lead-in, spoken by a group of voices that is never trained on."""
    import domain

    speakers, r, out = voices.Speakers(), random.Random(seed), []
    for _ in range(n):
        t = domain.request(r)
        x = audio.level(speakers(r, t.user, group)[0], r.uniform(-30, -18))
        x = np.pad(x, (int(r.uniform(0.3, 1.5) * audio.RATE), 8000))
        out.append((audio.log_mel(x + audio.coloured_noise(r, len(x), -60)), t.user))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bank")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--speech", help="folder written by speech.py")
    parser.add_argument("--begin", metavar="MODEL", help="an exported model to start from; only its CTC head, which is not exported, is trained")
    a = parser.parse_args()
    torch.manual_seed(0)
    model = Encoder()
    if a.begin:
        model.load_state_dict(shipped(a.begin, "listen"), strict=False)
        for name, p in model.named_parameters():
            p.requires_grad = name.startswith("output.")
    run = Run(model, a.out, steps=a.steps, rate=a.rate)
    tests = {g: test_examples(g, 60, 900) for g in ("heldout", "awb", "rms")}
    for examples in batches(lambda seed: streams(a.bank, seed, speech=a.speech), a.batch, run.step, workers=1):
        mel = mask(torch.tensor(np.stack([m for m, _ in examples]), dtype=torch.float32)).to(DEVICE)
        targets = [torch.tensor([INDEX[c] for c in text]) for _, text in examples]
        with autocast():
            logits = model.ctc(mel)
        scores = logits.float().log_softmax(-1).transpose(0, 1)
        loss = F.ctc_loss(
            scores, torch.cat(targets).to(DEVICE), torch.full((len(examples),), scores.shape[0]),
            torch.tensor([len(t) for t in targets]), zero_infinity=True,
        )
        if run.update(loss, audio_seconds=mel.shape[0] * mel.shape[1] / 100):
            print("  ".join("%s cer %.3f wer %.3f" % (g, *evaluate(model, e)) for g, e in tests.items()), flush=True)
        if run.done:
            break
    run.finish()
    for g, e in tests.items():
        print("final", g, "cer %.3f wer %.3f" % evaluate(model, e))


if __name__ == "__main__":
    main()
