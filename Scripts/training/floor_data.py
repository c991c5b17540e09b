"""Dialogues as the floor learns from them: features computed once, and what is true in every slice.

    python floor_data.py WEIGHTS EAR FOLDER

EAR is a folder with the exported `ear.safetensors`. Writes FOLDER/features/SPLIT-NN.npz, twenty dialogues each; what is there stays.
"""

import argparse
import json
import os
import random
import time

import numpy as np
import torch

import audio
import floor_sounds
import whisper
from floor_dialogues import BACKCHANNEL, KINDS, NOISE, OVER_FROM, OVER_UNTIL, SLICE, TURN, YIELD_AFTER, render
from tensors import read_safetensors
from training import autocast

SECONDS, PART = 60, 20
# Parts by split. "echo" has held-out voices, the echo at -20 dB in every dialogue, and nothing else while the assistant speaks.
PARTS = dict(dev=4, train=48, held=6, echo=2)
# From this part on, answers are short, so that there are more turns to learn from.
DENSE_FROM = 24
BANDS, HALVES = 16, 2


def load_ear(weights, folder):
    ear = whisper.load(os.path.join(weights, "tiny.en", "model.bin"))
    tensors = read_safetensors(os.path.join(folder, "ear.safetensors"))
    ear.load_state_dict({k[len("encoder.") :]: v for k, v in tensors.items() if k.startswith("encoder.")})
    return ear.eval()


@torch.no_grad()
def ear_rows(ear, x, is_exact=True):
    """[slices, 4 * width]: what a stream in chunks of 80 ms gives with each slice; in bfloat16 where it need not be exact.

    The stem looks 200 samples ahead. As in the runtime, a stream begins with so much silence; a slice's rows end 12.5 ms before it.
    """
    n = len(x) // SLICE
    late = torch.cat([torch.zeros(whisper.WINDOW // 2), torch.tensor(x[: n * SLICE])])
    with autocast(enabled=not is_exact):
        return ear.streamed(late[None], 4)[0, : 4 * n].reshape(n, 4 * ear.width).float().numpy()


def bands(x):
    """[slices, 2 * 16]: the log-mel of audio.py, averaged over 40 ms and five bands."""
    n = len(x) // SLICE
    mel = audio.log_mel(x[: n * SLICE])
    return mel.reshape(n, HALVES, audio.FRAMES_PER_SLICE // HALVES, BANDS, audio.BANDS // BANDS).mean((2, 4)).reshape(n, HALVES * BANDS)


def painted(n, spans):
    """Share of every slice that the spans (in samples) cover."""
    x = np.zeros(n * SLICE + 1, np.float32)
    for a, b in spans:
        x[a : min(b, n * SLICE)] = 1
    return x[: n * SLICE].reshape(n, SLICE).mean(1)


def ramp(n, a, b):
    """0 for slices that end by sample `a`, 1 for those that end after `b`."""
    return np.clip(((np.arange(n) + 1) * SLICE - a) / (b - a), 0, 1)


def truth(d):
    """Of every slice: kind, speech, speaking, over and its weight, yield and its weight."""
    n = len(d.microphone) // SLICE
    by_kind = [[(e[1], e[2]) for e in d.events if e[0] == k and e[3] not in ("alone", "over")] for k in range(len(KINDS))]
    shares = [painted(n, spans) for spans in by_kind]
    speaking = painted(n, d.answers) > 0
    own = (d.own[: n * SLICE].reshape(n, SLICE) ** 2).mean(1)
    kind = np.where(10 * np.log10(own + 1e-12) + d.echo > d.noise, NOISE, 0)
    for k in (NOISE, 4, 3, BACKCHANNEL, TURN):
        kind = np.where(shares[k] > 0.25, k, kind)
    speech = np.clip((shares[TURN] + shares[BACKCHANNEL]) * 1.5, 0, 1)
    over, over_weight = np.zeros(n), np.where(speaking, 0.0, 1.0)
    for end, until in d.ends:
        inside = np.arange(n) * SLICE < until
        over = np.where(inside, np.maximum(over, ramp(n, end + OVER_FROM, end + OVER_UNTIL)), np.where(np.arange(n) * SLICE >= until, 0, over))
    for a, b in d.pauses:
        inside = ((np.arange(n) + 1) * SLICE > a + OVER_FROM) & (np.arange(n) * SLICE < b)
        over_weight[inside & ~speaking] = 3
    yields, yield_weight = np.zeros(n), np.where(speaking, 1.0, 0.0)
    for kind_, a, b, what in d.events:
        if kind_ == TURN and what == "over":
            inside = (np.arange(n) * SLICE < b + SLICE * 6) & ((np.arange(n) + 1) * SLICE > a)
            yields = np.where(inside, np.maximum(yields, ramp(n, a + YIELD_AFTER // 2, a + YIELD_AFTER * 3 // 2)), yields)
            yield_weight[inside & ((np.arange(n) + 1) * SLICE < a + YIELD_AFTER)] *= 0.2
        elif kind_ in (BACKCHANNEL, 3, 4):
            inside = (np.arange(n) * SLICE < b + SLICE * 6) & ((np.arange(n) + 1) * SLICE > a)
            yield_weight[inside & speaking] *= 2
    return dict(kind=kind.astype(np.int8), speech=speech, speaking=speaking, over=over, over_weight=over_weight, yields=yields, yield_weight=yield_weight)


def example(ear, d, is_exact):
    """Arrays [slices, …], and what is known of the dialogue."""
    arrays = dict(ear=ear_rows(ear, d.microphone, is_exact).astype(np.float16), microphone=bands(d.microphone), own=bands(d.own), **truth(d))
    known = dict(echo=d.echo, noise=d.noise, events=[list(map(lambda v: v if isinstance(v, str) else int(v), e)) for e in d.events])
    known.update({k: [[int(v) for v in p] for p in getattr(d, k)] for k in ("pauses", "answers", "ends", "said")})
    return {k: v if v.dtype in (np.float16, np.int8, np.bool_) else v.astype(np.float32) for k, v in arrays.items()}, known


def write_part(path, ear, sounds, split, part):
    opus, started, rows = audio.Opus(), time.time(), []
    for i in range(PART):
        r = random.Random(f"{split} {part} {i}")
        echo = -20.0 if split == "echo" or split == "held" and i % 2 else None
        rows.append(example(ear, render(r, sounds, opus, SECONDS, split != "train", echo, split == "echo", split == "train" and part >= DENSE_FROM), split != "train"))
    arrays = {k: np.concatenate([a[k] for a, _ in rows]) for k in rows[0][0]}
    np.savez(path + ".part.npz", known=json.dumps([k for _, k in rows]), **arrays)
    os.replace(path + ".part.npz", path)
    print(f"{os.path.basename(path)}: {time.time() - started:.0f} s", flush=True)


class Features:
    """A split's arrays [dialogues, slices, …] and what is known of each dialogue."""

    def __init__(self, folder, split):
        parts = sorted(p for p in os.listdir(os.path.join(folder, "features")) if p.startswith(split + "-") and not p.endswith(".part.npz"))
        loaded = [np.load(os.path.join(folder, "features", p)) for p in parts]
        self.known = [k for part in loaded for k in json.loads(str(part["known"]))]
        shape = (len(self.known), SECONDS * audio.RATE // SLICE)
        self.arrays = {}
        for name in loaded[0].files:
            if name != "known":
                array = np.concatenate([part[name] for part in loaded])
                self.arrays[name] = torch.tensor(array).reshape(*shape, *array.shape[1:])

    def __getattr__(self, name):
        return self.__dict__["arrays"][name]

    def __len__(self):
        return len(self.known)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("weights", "ear", "folder"):
        parser.add_argument(name)
    parser.add_argument("--train", type=int, default=PARTS["train"], metavar="PARTS")
    a = parser.parse_args()
    torch.set_num_threads(1)
    os.makedirs(os.path.join(a.folder, "features"), exist_ok=True)
    ear = load_ear(a.weights, a.ear)
    for split, count in dict(PARTS, train=a.train).items():
        sounds = None
        for part in range(count):
            path = os.path.join(a.folder, "features", f"{split}-{part:02d}.npz")
            if not os.path.exists(path):
                sounds = sounds or floor_sounds.Sounds(a.folder, "held" if split == "echo" else split)
                write_part(path, ear, sounds, split, part)


if __name__ == "__main__":
    main()
