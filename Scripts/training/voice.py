"""Trains the small voice.

    python voice.py filters|front|joint FOLDER [--steps N]     trains a part, from FOLDER/data (voice_data.py) to FOLDER/PART.pt
    python voice.py export FOLDER MODEL                        writes MODEL/voice.safetensors

`joint` continues both parts together, so that the filters learn what the front makes of frames."""

import argparse
import json
import os
import random

import numpy as np
import torch
import torch.nn.functional as F

from tensors import write_safetensors
from training import Run, autocast
from voice_data import load
from voice_features import features
from voice_model import (BINS, HOP, MELS, PITCH_DEVIATION, PITCH_MEAN, PLACES, WINDOW, Filters, Front, facts, overlap, places, polar, pulses)
from voice_symbols import PHONES, SYMBOLS

HELD_OUT = 50


def corpus(folder):
    """Utterances with features, and those of every fiftieth, which no training sees."""
    all, kept = load(folder + "/data"), folder + "/features"
    os.makedirs(kept, exist_ok=True)
    for start in range(0, len(all), 100):
        group, path = all[start : start + 100], f"{kept}/{start:05d}-{len(all[start:start + 100])}.npy"
        if not os.path.exists(path):
            np.save(path + ".part.npy", np.concatenate([features(u["sound"]) for u in group]).astype(np.float16))
            os.replace(path + ".part.npy", path)
        rows, at = np.load(path), 0
        for u in group:
            u["frames"] = rows[at : at + u["ends"][-1]]
            u["facts"], u["lengths"] = facts(u["phones"]), np.diff(u["ends"], prepend=0)
            at += u["ends"][-1]
    held = all[::HELD_OUT]
    return [u for i, u in enumerate(all) if i % HELD_OUT], held


# Losses of sound.

def spectrum(x, size):
    return torch.stft(x, size, size // 4, size, torch.hann_window(size), center=False, return_complex=True).abs()


def difference(y, x):
    """Of samples [batch, n]: logarithms of magnitudes and their relative distance, with three windows."""
    total = 0
    for size in (256, 512, 1024):
        a, b = spectrum(y, size), spectrum(x, size)
        total = total + (torch.log(a + 2e-3) - torch.log(b + 2e-3)).abs().mean() + (a - b).norm() / b.norm().clamp(min=1e-3)
    return total / 3


# Sub-samples to which pulses are rounded in training.
FINE = 4


def train_of(u):
    """The pulses of an utterance on a grid of quarter samples: [FINE, samples + 2 * 240]."""
    if "train" not in u:
        times, strengths = pulses(u["frames"][:, MELS].astype(np.float32), u["frames"][:, MELS + 1] > 0.5)
        u["train"] = (np.round(times * FINE).astype(np.int64), strengths.astype(np.float32))
    return u["train"]


def source(pieces, count):
    """Spectra of pulses for (utterance, first frame): [batch, count, BINS]."""
    grid = np.zeros((len(pieces), FINE, (count - 1) * HOP + WINDOW), np.float32)
    for i, (u, first) in enumerate(pieces):
        at, strength = train_of(u)
        at = at - (first * HOP - 240) * FINE
        inside = (at >= 0) & (at < grid.shape[2] * FINE)
        np.add.at(grid[i], (at[inside] % FINE, at[inside] // FINE), strength[inside])
    windows = torch.from_numpy(grid).unfold(2, WINDOW, HOP) * torch.hann_window(WINDOW)
    shift = torch.exp(-2j * torch.pi * torch.arange(BINS) / WINDOW * (torch.arange(FINE) / FINE)[:, None])
    return (torch.fft.rfft(windows) * shift[:, None]).sum(1)


def synthesize(net, frames, pieces):
    """Samples [batch, frames * HOP] of frames [batch, frames, MELS + 2]."""
    with autocast():
        pulse, phase, noise = net(frames)
    angle = (torch.rand_like(noise) - 0.5) * 2 * torch.pi
    return overlap(polar(pulse, phase) * source(pieces, frames.shape[1]) + polar(noise, angle))


def sounds(pieces, count):
    return torch.from_numpy(np.stack([u["sound"][a * HOP : (a + count) * HOP] for u, a in pieces]).astype(np.float32) / 32768)


EDGE = 10


def inner(samples):
    """What all of whose frames have their neighbours."""
    return samples[:, EDGE * HOP : -EDGE * HOP]


def train_filters(folder, steps, rate=2e-3, batch=12, count=64):
    data, held = corpus(folder)
    torch.manual_seed(1)
    chance, net = random.Random(1), Filters()
    run = Run(net, folder + "/filters.pt", steps, rate, warmup=50)
    data = [u for u in data if len(u["frames"]) > count]

    def draw(some):
        pieces = [(u, chance.randrange(len(u["frames"]) - count)) for u in some]
        frames = torch.from_numpy(np.stack([u["frames"][a : a + count] for u, a in pieces]).astype(np.float32))
        return pieces, frames

    test = draw([u for u in held if len(u["frames"]) > count][:40])
    while not run.done:
        pieces, frames = draw(chance.choices(data, k=batch))
        # The front's frames are not exact.
        frames[..., :MELS] += torch.randn(batch, count, MELS) * 0.05 * torch.rand(batch, 1, 1)
        loss = difference(inner(synthesize(net, frames, pieces)), inner(sounds(pieces, count)))
        if run.update(loss, batch * count / 100):
            with torch.no_grad():
                value = difference(inner(synthesize(net, test[1], test[0])), inner(sounds(test[0], count)))
            print(f"  held out {value:.3f}", flush=True)
    run.finish()


def batch_of(utterances, chance, longest):
    """Padded phones of whole utterances, and up to `longest` frames of each."""
    n, size = max(len(u["phones"]) for u in utterances), min(longest, max(len(u["frames"]) for u in utterances))
    b = len(utterances)
    out = dict(phone=torch.zeros(b, n, dtype=torch.long), fact=torch.zeros(b, n, facts(utterances[0]["phones"]).shape[1]), known=torch.zeros(b, n, 1),
               length=torch.ones(b, n), which=torch.zeros(b, size, dtype=torch.long), place=torch.zeros(b, size, PLACES),
               frames=torch.zeros(b, size, MELS + 2), there=torch.zeros(b, size, 1), pieces=[])
    for i, u in enumerate(utterances):
        k, all = len(u["phones"]), len(u["frames"])
        first = chance.randrange(all - size + 1) if all > size else 0
        end = min(all, first + size)
        which, place = places(u["lengths"])
        out["phone"][i, :k] = torch.from_numpy(u["phones"][:, 0].astype(np.int64))
        out["fact"][i, :k], out["known"][i, :k] = torch.from_numpy(u["facts"]), 1
        out["length"][i, :k] = torch.from_numpy(u["lengths"].astype(np.float32))
        out["which"][i, : end - first], out["place"][i, : end - first] = torch.from_numpy(which[first:end]), torch.from_numpy(place[first:end])
        out["frames"][i, : end - first], out["there"][i, : end - first] = torch.from_numpy(u["frames"][first:end].astype(np.float32)), 1
        out["pieces"].append((u, first))
    return out


def front_loss(net, x):
    """Of durations, log-mel, pitch and being voiced. Also what was made."""
    with autocast():
        rows, lengths = net.encode(x["phone"], x["fact"], x["known"])
        made = net.frames(rows, x["which"], x["place"], x["there"])
    made, there = made.float(), x["there"]
    total = there.sum()
    known = x["known"][..., 0]
    loss_length = ((lengths.float() - torch.log(x["length"])).abs() * known).sum() / known.sum()
    mel = ((made[..., :MELS] - x["frames"][..., :MELS]).abs() * there).sum() / total / MELS
    voiced = x["frames"][..., -1:]
    pitch = ((made[..., MELS : MELS + 1] - x["frames"][..., MELS : MELS + 1]).abs() * there * (0.1 + 0.9 * voiced)).sum() / total
    decided = (F.binary_cross_entropy_with_logits(made[..., -1:], voiced, reduction="none") * there).sum() / total
    return dict(length=loss_length, mel=mel, pitch=pitch, voiced=decided), made


def weigh(parts):
    return 3 * parts["mel"] + parts["length"] + 0.5 * parts["pitch"] + 0.5 * parts["voiced"]


def train_front(folder, steps, rate=1.5e-3, batch=12, longest=240):
    data, held = corpus(folder)
    torch.manual_seed(1)
    chance, net = random.Random(1), Front()
    run = Run(net, folder + "/front.pt", steps, rate, warmup=100)
    data.sort(key=lambda u: len(u["phones"]))
    test = batch_of(held[:60], random.Random(0), 400)
    while not run.done:
        # Of about one length, so that little is padding.
        first = chance.randrange(len(data))
        near = [data[min(len(data) - 1, max(0, first + chance.randrange(-200, 200)))] for _ in range(batch)]
        x = batch_of(near, chance, longest)
        parts, _ = front_loss(net, x)
        if run.update(weigh(parts), float(x["there"].sum()) / 100, **parts):
            with torch.no_grad():
                parts, _ = front_loss(net, test)
            print("  held out " + ", ".join(f"{k} {v:.3f}" for k, v in parts.items()), flush=True)
    run.finish()


class Both(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.front, self.filters = Front(), Filters()


def train_joint(folder, steps, rate=4e-4, batch=8, count=96):
    data, held = corpus(folder)
    torch.manual_seed(2)
    chance, net = random.Random(2), Both()
    for name in ("front", "filters"):
        getattr(net, name).load_state_dict(newest(f"{folder}/{name}.pt"))
    run = Run(net, folder + "/joint.pt", steps, rate, warmup=30)
    data = sorted((u for u in data if len(u["frames"]) > count), key=lambda u: len(u["phones"]))
    test = batch_of([u for u in held if len(u["frames"]) > count][:40], random.Random(0), count)

    def losses(x):
        parts, made = front_loss(net.front, x)
        frames = torch.cat([made[..., :MELS], x["frames"][..., MELS:]], -1)
        sound = difference(inner(synthesize(net.filters, frames, x["pieces"])), inner(sounds(x["pieces"], frames.shape[1])))
        return dict(parts, sound=sound)

    while not run.done:
        first = chance.randrange(len(data))
        x = batch_of([data[min(len(data) - 1, max(0, first + chance.randrange(-200, 200)))] for _ in range(batch)], chance, count)
        parts = losses(x)
        if run.update(weigh(parts) + 0.5 * parts["sound"], float(x["there"].sum()) / 100, **parts):
            with torch.no_grad():
                parts = losses(test)
            print("  held out " + ", ".join(f"{k} {v:.3f}" for k, v in parts.items()), flush=True)
    run.finish()


def newest(path):
    """The weights of a run that is done, or of its last checkpoint."""
    if os.path.exists(path):
        return torch.load(path, map_location="cpu")
    return torch.load(path + ".checkpoint", map_location="cpu", weights_only=False)["model"]


def trained(folder):
    """The voice's two networks, of the joint training if there was one."""
    front, filters = Front(), Filters()
    joint = folder + "/joint.pt"
    if os.path.exists(joint) or os.path.exists(joint + ".checkpoint"):
        both = Both()
        both.load_state_dict(newest(joint))
        return both.front.eval(), both.filters.eval()
    front.load_state_dict(newest(folder + "/front.pt"))
    filters.load_state_dict(newest(folder + "/filters.pt"))
    return front.eval(), filters.eval()


def export(folder, model):
    front, filters = trained(folder)
    write(front, filters, model + "/voice.safetensors")


def write(front, filters, path):
    """The voice as it is shipped. The last layer of the filters takes in what smooths it and makes its phases."""
    tensors = {f"front.{k}": v for k, v in front.state_dict().items()}
    tensors |= {f"filters.{k}": v for k, v in filters.state_dict().items() if not k.startswith("out.")}
    tensors["filters.out.weight"], tensors["filters.out.bias"] = filters.last()
    metadata = dict(family="duet-voice", format="1", phones=" ".join(PHONES), symbols=json.dumps(SYMBOLS, ensure_ascii=False),
                    pitch_mean=str(PITCH_MEAN), pitch_deviation=str(PITCH_DEVIATION))
    write_safetensors(path, tensors, metadata)
    print(f"{path}: {sum(v.numel() for v in tensors.values()) / 1e6:.2f}M numbers")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["filters", "front", "joint", "export"])
    parser.add_argument("folder")
    parser.add_argument("model", nargs="?")
    parser.add_argument("--steps", type=int)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.what == "export":
        return export(options.folder, options.model)
    trains = dict(filters=(train_filters, 800), front=(train_front, 1600), joint=(train_joint, 350))
    train, steps = trains[options.what]
    train(options.folder, options.steps or steps)


if __name__ == "__main__":
    main()
