"""Writes what the PyTorch reference computes for an exported model, for the Swift runtime's tests to agree with.

    python golden.py MODEL OUT.json [--dialogues 52]

The reference loads the float16 weights of model.safetensors, so both sides compute with the same numbers. Inputs are
utterances of held-out voices as 16-bit samples in OUT.i16; outputs are greedy tokens of whole dialogues, and for the
first ones encoder rows and audio.
"""

import argparse
import json
import random

import numpy as np
import torch

import audio
import domain
import voices
from codec import Decoder, code_values
from duplex import SILENT_CODE, Duplex
from encoder import Encoder
from tensors import shipped


class Reference:
    """The exported model in PyTorch, float32."""

    def __init__(self, folder):
        with open(folder + "/config.json") as f:
            self.config = json.load(f)
        d = self.config["decode"]
        self.encoder = Encoder(self.config["listen"]["width"], self.config["listen"]["hidden"]).eval()
        self.encoder.load_state_dict(shipped(folder, "listen"), strict=False)
        self.duplex = Duplex(
            d["vocabulary"], listen=self.config["listen"]["width"], width=d["width"], layers=d["layers"], heads=d["heads"],
            kv_heads=d["kv_heads"], hidden=d["hidden"], second=d["second_hidden"], digits=False).eval()
        self.duplex.load_state_dict(shipped(folder, "decode"))
        self.decoder = Decoder(self.config["speak"]["width"], self.config["speak"]["hidden"]).eval()
        self.decoder.load_state_dict(shipped(folder, "speak"))

    @torch.no_grad()
    def rows(self, x):
        """Encoder rows [slices, 2 width] of 16-kHz samples."""
        rows = self.encoder(torch.tensor(audio.log_mel(x))[None])[0]
        return rows.reshape(len(x) // audio.SLICE, -1)

    @torch.no_grad()
    def speak(self, codes):
        """Audio [slices * 1280] of codes [slices, 2]: every turn decoded from silence, its tail in the slice after."""
        out = np.zeros((len(codes) + 1) * audio.SLICE, np.float32)
        i = 0
        while i < len(codes):
            if codes[i, 0] == SILENT_CODE:
                i += 1
                continue
            j = i
            while j < len(codes) and codes[j, 0] != SILENT_CODE:
                j += 1
            y = self.decoder(code_values(codes[i:j].flatten())[None])[0].numpy()
            out[i * audio.SLICE : i * audio.SLICE + len(y)] += y
            i = j
        return out[: len(codes) * audio.SLICE]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--dialogues", type=int, default=52)
    a = parser.parse_args()
    reference, speakers, r = Reference(a.model), voices.Speakers(), random.Random(77)
    dialogues, clips, start = [], [], 0
    kinds = [k for k in domain.KINDS if k != "story"]
    for i in range(a.dialogues):
        x = audio.level(speakers(r, domain.request(r, kind=kinds[i % len(kinds)]).user, r.choice(["heldout", "awb", "rms"]))[0], -20)
        # Every other sample, stored as 8 kHz: half the bytes, and any signal will do.
        pcm = (np.clip(np.concatenate([np.zeros(4000), x]), -1, 1) * 32767).astype(np.int16)[::2]
        clips.append(pcm)
        dialogues.append(dict(start=start, count=len(pcm)))
        start += len(pcm)
    for i, (d, pcm) in enumerate(zip(dialogues, clips)):
        x = np.repeat(pcm, 2).astype(np.float32) / 32768
        n = (len(x) + 3 * audio.RATE) // audio.SLICE
        x = np.concatenate([x, np.zeros(n * audio.SLICE - len(x), np.float32)])
        rows = reference.rows(x)
        think, say, codes = (t[0] for t in reference.duplex.generate(rows[None]))
        d.update(slices=n, think=think.tolist(), say=say.tolist(), first=codes[:, 0].tolist(), second=codes[:, 1].tolist())
        if i < 2:
            d["rows"] = [round(float(v), 5) for v in rows[10:14].flatten()]
        speaking = (codes[:, 0] != SILENT_CODE).nonzero()
        if len(speaking) and sum("spoken" in other for other in dialogues) < 2:
            spoken, at = reference.speak(codes), int(speaking[0][0])
            d["spoken_slice"] = at
            d["spoken"] = [round(float(v), 6) for v in spoken[at * audio.SLICE : (at + 3) * audio.SLICE]]
    np.concatenate(clips).tofile(a.out.replace(".json", ".i16"))
    with open(a.out, "w") as f:
        json.dump(dict(dialogues=dialogues), f, separators=(",", ":"))
    print(f"{a.out}: {len(dialogues)} dialogues, {sum(d['slices'] for d in dialogues)} slices, {start * 2 / 1e6:.1f} MB of audio")


if __name__ == "__main__":
    main()
