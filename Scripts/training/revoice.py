"""Lets an exported model read the assistant's sentences, and keeps the codes that it chose: its own voice as training targets.

    python revoice.py SPEECH MODEL OUT.codes.npz [--batch 256]

What goes on from an exported model (`train_duplex.py --begin`) so keeps the voice that it has. The codec's encoder is not
exported, and one trained anew chooses other codes for the same sound.
"""

import argparse
import os
import random

import numpy as np
import torch

import audio
import vocabulary as pieces
from answers import say_words, silent_slices, slices_of_words
from codec import load_speech, pad
from duplex import END, IDLE, SILENT_CODE
from golden import Reference

# Slices of silence before a sentence.
LEAD = 3


@torch.no_grad()
def read(model, rows, say):
    """Codes [b, slices, 2] of sentences whose text is given: say [b, slices], -1 after the end of each."""
    b, n = say.shape
    caches, codes, out = [[] for _ in model.layers], torch.full((b, 2), SILENT_CODE), []
    for t in range(LEAD + n):
        model.core(model.listen_position(rows[t].expand(b, -1))[:, None], caches)
        think = torch.full((b,), END if t == LEAD else IDLE)
        given = say[:, t - LEAD] if t >= LEAD else torch.full((b,), IDLE)
        h = model.core(model.speak_position(think, given.clamp(min=0), codes)[:, None], caches)[:, 0]
        first = model.first.logits(h)[:, :SILENT_CODE].argmax(-1)
        second = model.second(h, first)[:, :SILENT_CODE].argmax(-1)
        codes = torch.stack([first, second], 1)
        codes[given < 0 if t >= LEAD else slice(None)] = SILENT_CODE
        out.append(codes)
    return torch.stack(out[LEAD:], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("speech", "model", "out"):
        parser.add_argument(name)
    parser.add_argument("--batch", type=int, default=256)
    a = parser.parse_args()
    reference, words = Reference(a.model), pieces.load(os.path.join(a.model, "tokenizer.json"))
    sentences = []
    for row, x in load_speech(a.speech):
        cut, n = silent_slices(x), len(pad(x)) // audio.SLICE
        say = np.full(n - cut, IDLE)
        say_words(words, say, row["text"], slices_of_words(row["words"], cut), 0, len(say), len(say))
        sentences.append((cut, say))
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i][1]))
    longest = max(len(say) for _, say in sentences)
    room = audio.coloured_noise(random.Random(1), (LEAD + longest) * audio.SLICE, -60)
    rows = reference.rows(room)
    codes = [None] * len(sentences)
    for start in range(0, len(order), a.batch):
        some = order[start : start + a.batch]
        n = max(len(sentences[i][1]) for i in some)
        say = torch.tensor(np.stack([np.pad(sentences[i][1], (0, n - len(sentences[i][1])), constant_values=-1) for i in some]))
        read_codes = read(reference.duplex, rows, say)
        for i, c in zip(some, read_codes.numpy()):
            cut, own = sentences[i]
            codes[i] = np.concatenate([np.zeros((cut, 2)), c[: len(own)]]).astype(np.int16).flatten()
        print(f"revoice: {start + len(some)}/{len(order)} sentences", flush=True)
    np.savez(a.out + ".part.npz", codes=np.concatenate(codes), starts=np.cumsum([0] + [len(c) for c in codes]))
    os.replace(a.out + ".part.npz", a.out)


if __name__ == "__main__":
    main()
