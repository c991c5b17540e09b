"""Writes a tiny small voice of random weights and what PyTorch makes of it, for Tests/SynthesisTests.  python voice_golden.py FOLDER"""

import json
import sys

import numpy as np
import torch

from tensors import read_safetensors
from voice import write
from voice_model import BINS, MELS, Filters, Front, angles, durations, excitation, facts, overlap, places, polar, pulses
from voice_symbols import spell

TEXT = "həlˈoʊ ðɛɹ, ɪts ɐ kˈæt."


def main(folder):
    torch.manual_seed(6)
    front, filters = Front(width=16, hidden=24, layers=2, blocks=2), Filters(width=16, hidden=24, blocks=1)
    with torch.no_grad():
        # Louder and livelier than weights are at first.
        for name, value in list(front.named_parameters()) + list(filters.named_parameters()):
            value.mul_(1.5).add_(torch.randn_like(value) * 0.05)
        front.out.weight[MELS:] *= 3
        filters.out.weight.mul_(0.5)
        front.duration[2].bias.fill_(0.7)
    path = folder + "/small.safetensors"
    write(front, filters, path)
    # From here on with the weights as they are in the file.
    saved = read_safetensors(path)
    front.load_state_dict({k[6:]: v for k, v in saved.items() if k.startswith("front.")})
    last = {k: saved.pop(f"filters.out.{k}") for k in ("weight", "bias")}
    filters.load_state_dict({k[8:]: v for k, v in saved.items() if k.startswith("filters.")}, strict=False)
    with torch.no_grad():
        phones = np.array(spell(TEXT), np.int8)
        rows, logarithms = front.encode(torch.tensor(phones[:, 0].astype(np.int64))[None], torch.tensor(facts(phones))[None])
        lengths = durations(logarithms[0].numpy(), phones)
        which, place = places(lengths)
        frames = front.frames(rows, torch.tensor(which)[None], torch.tensor(place)[None])[0]
        margin, voiced = frames[:, -1].abs().min().item(), (frames[:, -1] > 0).numpy()
        frames[:, -1] = torch.tensor(voiced.astype(np.float32))
        pulse, phase, noise = (filters.rows(frames[None]) @ last["weight"].T + last["bias"]).split(BINS, -1)
        source = excitation(*pulses(frames[:, MELS].numpy(), voiced), len(frames))
        sound = overlap(polar(pulse, phase) * source + polar(noise, torch.tensor(angles(7, len(frames)))))[0].numpy()
    assert margin > 0.01 and 0.2 < voiced.mean() < 0.9, "another seed: voicing is decided by too little"
    json.dump(dict(text=TEXT, seed=7, phones=phones.tolist(), logarithms=[round(float(x), 5) for x in logarithms[0]], frames=lengths.tolist(),
                   sound=[round(float(x), 5) for x in sound]), open(folder + "/small.json", "w"), ensure_ascii=False)
    print(len(phones), "phones", len(frames), "frames", f"voiced {voiced.mean():.2f}, margin {margin:.3f}, peak {abs(sound).max():.3f}, deviation {sound.std():.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
