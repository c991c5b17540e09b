"""The ear: Whisper tiny.en's encoder, taught to hear in chunks of 80, 160 or 320 ms what it hears with full context.

    python ear.py WEIGHTS DATA OUT.pt [--steps N] [--begin FOLDER]
    python ear.py WEIGHTS DATA OUT.pt --measure | --export FOLDER
    python ear.py WEIGHTS DATA OUT.pt --check

Distillation: teacher and student hear the same window of 30 s; the student's features are to be the teacher's. A head
reads characters off the features (CTC), at first without moving them. What is measured and exported is the running
average of the weights. Resumes from OUT.pt.checkpoint, or begins with an exported ear; OUT.pt.best is the average that was nearest to the
teacher.
"""

import argparse
import copy
import json
import os
import random
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

import whisper
from ear_data import Windows
from tensors import read_safetensors, write_safetensors
from training import DEVICE, Run, autocast

CHARACTERS = " abcdefghijklmnopqrstuvwxyz'"
INDEX = {c: i + 1 for i, c in enumerate(CHARACTERS)}
# Chunk sizes in rows, drawn at random; a size that is listed twice is drawn twice as often.
DRAWN = (4, 8, 16, 16)
BATCH, FRESH, KEPT_MAX = 4, 2, 120
AVERAGE, MEASURE_EVERY = 0.997, 150
# After this step the character loss moves the features too, by this much. Sooner, its synthetic labels would unteach real voices.
HEAD_MOVES_AFTER, HEAD_MOVES = 13500, 0.15


class Head(nn.Module):
    """Characters off the features of five frames, the last its own; 0 is blank."""

    def __init__(self, width, hidden=512):
        super().__init__()
        self.taps, self.norm, self.output = nn.Conv1d(width, hidden, 5), nn.LayerNorm(hidden), nn.Linear(hidden, len(CHARACTERS) + 1)

    def forward(self, features):
        y = F.gelu(self.taps(F.pad(features.transpose(1, 2), (4, 0)))).transpose(1, 2)
        return self.output(self.norm(y)).float().log_softmax(-1)


class Ear(nn.Module):
    def __init__(self, teacher):
        super().__init__()
        self.encoder, self.head = copy.deepcopy(teacher), Head(teacher.width)
        self.average = copy.deepcopy(nn.ModuleDict(dict(encoder=self.encoder, head=self.head))).requires_grad_(False)
        self.register_buffer("variance", torch.zeros(teacher.width))
        for stem in (self.encoder.stem1, self.encoder.stem2):
            stem.requires_grad_(False)

    def groups(self):
        """The head starts from nothing and learns faster."""
        blocks = [p for p in self.encoder.parameters() if p.requires_grad]
        return [dict(params=blocks), dict(params=list(self.head.parameters()), factor=6)]

    @torch.no_grad()
    def follow(self, step):
        """Moves the average towards the weights: over the last third of the steps, at most over 1 / (1 - AVERAGE)."""
        share = 1 - min(AVERAGE, (step + 1) / (step + 4))
        for name in ("encoder", "head"):
            for mean, now in zip(self.average[name].parameters(), getattr(self, name).parameters()):
                mean.lerp_(now, share)


class Examples:
    """Windows as the student needs them. Each is used about twice: making one costs half as much as learning from it."""

    def __init__(self, teacher, data):
        self.teacher, self.windows, self.kept = teacher, Windows(data), []

    @torch.no_grad()
    def make(self, r):
        """Stem rows and the teacher's features, both [1500, width], and the texts known."""
        x, said = self.windows(r)
        mel = whisper.log_mel(torch.tensor(x)[None])
        with autocast():
            target = self.teacher.body(self.teacher.stem(whisper.clamp_whole(mel).to(DEVICE)))
            rows = self.teacher.stem(whisper.clamp_running(mel).to(DEVICE))
        return rows[0].half(), target[0].bfloat16(), said

    def batch(self, r):
        fresh = [self.make(r) for _ in range(FRESH if len(self.kept) >= BATCH else BATCH)]
        picked = fresh + r.sample(self.kept, BATCH - len(fresh))
        self.kept = (self.kept + fresh)[-KEPT_MAX:]
        return torch.stack([p[0] for p in picked]).float(), torch.stack([p[1] for p in picked]).float(), [p[2] for p in picked]


def character_loss(logs, said):
    """Nats a character over the pieces whose text is known; 0 where there are none."""
    pieces, texts = [], []
    for row, pairs in zip(logs, said):
        for first, end, text in pairs:
            if end - first > len(text) + 2:
                pieces.append(row[first:end])
                texts.append(torch.tensor([INDEX[c] for c in text]))
    if not pieces:
        return logs.sum() * 0
    lengths, counts = torch.tensor([len(p) for p in pieces]), torch.tensor([len(t) for t in texts])
    loss = F.ctc_loss(nn.utils.rnn.pad_sequence(pieces), torch.cat(texts).to(logs.device), lengths, counts, reduction="sum", zero_infinity=True)
    return loss / counts.sum()


def learn(ear, run, examples, seed):
    """One step."""
    r = random.Random(f"{seed} {run.step}")
    rows, target, said = examples.batch(r)
    if not ear.variance.any():
        ear.variance.copy_(target.var((0, 1)))
    share = HEAD_MOVES if run.step >= HEAD_MOVES_AFTER else 0
    with autocast():
        features = ear.encoder.body(rows, r.choice(DRAWN))
        logs = ear.head(features.detach() if share == 0 else features * share + features.detach() * (1 - share))
    distance = ((features.float() - target) ** 2 / ear.variance).mean()
    characters = character_loss(logs, said)
    run.update(distance + 0.3 * characters, FRESH * 30, distance=distance.detach(), characters=characters.detach())
    ear.follow(run.step)


def train(ear, judge, a):
    run = Run(ear, a.out, a.steps, a.rate, groups=ear.groups())
    examples = Examples(copy.deepcopy(judge.teacher).to(DEVICE), a.data)
    best = float("inf")
    if os.path.exists(a.out + ".best"):
        best = torch.load(a.out + ".best")["distance"]
    if run.step == 0 and not a.begin:
        for line in judge.table(judge.teacher, (None, *whisper.CHUNKS)):
            print("untuned,", line, flush=True)
    while not run.done:
        learn(ear, run, examples, a.seed)
        if run.step % MEASURE_EVERY == 0 or run.done:
            average = copy.deepcopy(ear.average).cpu()
            distances = judge.distance(average["encoder"], whisper.CHUNKS[-1])
            distance = sum(distances.values()) / len(distances)
            words = ", ".join(f"{source} {rate:.1f} %" for source, (rate, _) in judge.words(average["encoder"], whisper.CHUNKS[-1]).items())
            print(f"held out, step {run.step}: " + ", ".join(f"{s} {d:.3f}" for s, d in distances.items()) + f", words wrong {words}", flush=True)
            if distance < best:
                best = distance
                torch.save(dict(weights=average.state_dict(), distance=distance, step=run.step), a.out + ".best")
    run.finish()


def begin(ear, folder):
    """Continues an exported ear."""
    ear.average.load_state_dict(read_safetensors(os.path.join(folder, "ear.safetensors")))
    for name in ("encoder", "head"):
        getattr(ear, name).load_state_dict(ear.average[name].state_dict())


def best_of(ear, path):
    """Loads the best average; tells the step that it is from."""
    saved = torch.load(path + ".best")
    ear.average.load_state_dict(saved["weights"])
    return saved["step"]


def export(ear, folder):
    """Half precision; read again, so that what is measured after it is what is shipped."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "ear.safetensors")
    write_safetensors(path, ear.average.state_dict())
    ear.average.load_state_dict(read_safetensors(path))
    print(f"{path}: {os.path.getsize(path) / 1e6:.1f} MB", flush=True)


def check(encoder):
    """The stream is the parallel form, also where positions begin again. Exits with 1 if it is not."""
    from ear_stream import greatest_difference

    worst = max(greatest_difference(encoder, chunk, seconds=33) for chunk in whisper.CHUNKS)
    print(f"stream against parallel form: at most {worst:.1e} apart")
    sys.exit(worst > 1e-3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("weights", "data", "out"):
        parser.add_argument(name)
    parser.add_argument("--steps", type=int, default=30000)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begin", metavar="FOLDER", help="an exported ear to continue instead of Whisper's encoder")
    parser.add_argument("--export", metavar="FOLDER", help="write the best weights, then measure them")
    parser.add_argument("--measure", action="store_true", help="of the best weights, all chunks")
    parser.add_argument("--check", action="store_true", help="compare the stream with the parallel form")
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    ear = Ear(whisper.load(os.path.join(a.weights, "tiny.en", "model.bin")))
    if a.begin:
        begin(ear, a.begin)
    if a.export and not os.path.exists(a.out + ".best"):
        sys.exit(f"{a.out}.best is missing: there are no trained weights to export")
    if (a.check or a.measure or a.export) and os.path.exists(a.out + ".best"):
        print(f"weights of step {best_of(ear, a.out)}", flush=True)
    if a.check:
        check(ear.average["encoder"])
    if a.export:
        export(ear, a.export)
    from ear_judge import Judge

    judge = Judge(a.weights, a.data)
    if a.export or a.measure:
        print("\n".join(judge.table(ear.average["encoder"])))
    else:
        train(ear, judge, a)


if __name__ == "__main__":
    main()
