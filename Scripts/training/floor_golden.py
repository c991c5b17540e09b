"""Writes what PyTorch computes, for the Swift floor's tests to agree with.

    python floor_golden.py WEIGHTS EAR FOLDER MODEL OUT

Two seconds of a dialogue, of a synthetic speaker, as `clip.safetensors`: ear rows, microphone and own
voice, in half precision on both sides. `small.safetensors` is a small floor of random weights; `golden.json` has the other inputs
and the outputs of both, MODEL/floor.safetensors being the second.
"""

import argparse
import json
import os
import random

import torch

import audio
import floor_sounds
from floor import Floor, inputs, levels
from floor_data import bands, ear_rows, load_ear
from floor_dialogues import SLICE, render
from tensors import read_safetensors, write_safetensors

COUNT = 25


def clip(ear, folder):
    """Ear rows, microphone and own voice of `COUNT` slices around a word that interrupts."""
    sounds, opus, seed = floor_sounds.Sounds(folder, "dev"), audio.Opus(), 0
    sounds.voices = [v for v in sounds.voices if not v.startswith("group")]
    sounds.shares = list(range(1, len(sounds.voices) + 1))
    while True:
        d = render(random.Random(f"golden {seed}"), sounds, opus, 20, True, -20.0)
        starts = [e[1] for e in d.events if e[3] == "over"]
        if starts and 12 < starts[0] // SLICE < 220:
            break
        seed += 1
    first = starts[0] // SLICE - 12
    part = slice(first * SLICE, (first + COUNT) * SLICE)
    return torch.tensor(ear_rows(ear, d.microphone)[first : first + COUNT]), torch.tensor(d.microphone[part]), torch.tensor(d.own[part])


@torch.no_grad()
def expected(model, tensors, speaking, likelihood, words):
    sounds = [torch.tensor(bands(tensors[name].flatten().numpy()))[None] for name in ("own", "microphone")]
    level = levels(sounds[1], torch.tensor(speaking)[None])
    rest = inputs(*sounds, level, torch.tensor(speaking)[None], torch.tensor(likelihood)[None], torch.tensor(words).float()[None])
    return [round(v, 6) for v in model.eval().probabilities(tensors["ear"][None], rest).flatten().tolist()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("weights", "ear", "folder", "model", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    torch.manual_seed(1)
    path = lambda name: os.path.join(a.out, name)
    if not os.path.exists(path("clip.safetensors")):
        ear, microphone, own = clip(load_ear(a.weights, a.ear), a.folder)
        write_safetensors(path("clip.safetensors"), dict(ear=ear, microphone=microphone.reshape(COUNT, SLICE), own=own.reshape(COUNT, SLICE)))
    small = Floor(8, 8, 16)
    with torch.no_grad():
        for p in small.parameters():
            p.normal_(0, 0.3)
    write_safetensors(path("small.safetensors"), small.state_dict(), {"over": "0.5", "over_slices": "2", "yield": "0.25", "yield_slices": "3"})
    small.load_state_dict(read_safetensors(path("small.safetensors")))
    real = Floor()
    real.load_state_dict(read_safetensors(os.path.join(a.model, "floor.safetensors")))
    tensors = read_safetensors(path("clip.safetensors"))
    speaking = [5 <= i < 18 for i in range(COUNT)]
    likelihood = [float("nan") if i % 7 < 4 else -0.3 * i for i in range(COUNT)]
    words = [2 * (i // 2) for i in range(COUNT)]
    golden = dict(speaking=speaking, likelihood=[None if v != v else v for v in likelihood], words=words)
    golden.update((name, expected(m, tensors, speaking, likelihood, words)) for name, m in (("small", small), ("real", real)))
    with open(path("golden.json"), "w") as f:
        json.dump(golden, f)


if __name__ == "__main__":
    main()
