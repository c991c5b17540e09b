"""Continues the network that reads unknown words, so that it knows the common ones by heart.

    python voice_letters.py WEIGHTS FOLDER MODEL [--steps N]

From WEIGHTS/voices/lexicon (Scripts/fetch-voice): the network of PeterReid/graphemes_to_phonemes_en_us and misaki's lexicons, both Apache-2.0.
Words are drawn by the root of their count in LJ Speech's texts and our own, and one in three evenly from the lexicons.
Every twentieth word of those that the texts lack is held out. Writes MODEL/letters.safetensors."""

import argparse
import collections
import glob
import json
import os
import random
import re
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from tensors import write_safetensors
from training import Run
from voice_data import ROOT
from voice_symbols import weak_words

START, STOP = 1, 2


def read(path):
    """The network's tensors as float32, and its settings."""
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    settings = header.pop("__metadata__")["settings"]
    types = {"F32": np.float32, "F16": np.float16}
    return {name: torch.tensor(np.frombuffer(data[8 + size + e["data_offsets"][0] : 8 + size + e["data_offsets"][1]], types[e["dtype"]])
                               .astype(np.float32).reshape(e["shape"])) for name, e in header.items()}, settings


class Letters(nn.Module):
    """BART (Lewis et al. 2019) of one layer and one head on each side, as in LetterNetwork.swift."""

    def __init__(self, tensors):
        super().__init__()
        self.weights = nn.ParameterDict({name.replace(".", "/"): nn.Parameter(value) for name, value in tensors.items()})

    def w(self, name):
        return self.weights[name.replace(".", "/")]

    def linear(self, name, x):
        return F.linear(x, self.w(name + ".weight"), self.w(name + ".bias"))

    def norm(self, name, x):
        return F.layer_norm(x, (x.shape[-1],), self.w(name + ".weight"), self.w(name + ".bias"), 1e-5)

    def attend(self, name, x, memory, mask):
        q, k, v = (self.linear(f"{name}.{part}_proj", y) for part, y in (("q", x), ("k", memory), ("v", memory)))
        return self.linear(name + ".out_proj", F.scaled_dot_product_attention(q, k, v, attn_mask=mask))

    def embed(self, side, ids):
        x = self.w("model.shared.weight")[ids] + self.w(f"model.{side}.embed_positions.weight")[2 : 2 + ids.shape[1]]
        return self.norm(f"model.{side}.layernorm_embedding", x)

    def layer(self, name, x, mask, memory=None, seen=None):
        x = self.norm(name + ".self_attn_layer_norm", x + self.attend(name + ".self_attn", x, x, mask))
        if memory is not None:
            x = self.norm(name + ".encoder_attn_layer_norm", x + self.attend(name + ".encoder_attn", x, memory, seen))
        wide = F.gelu(self.linear(name + ".fc1", x))
        return self.norm(name + ".final_layer_norm", x + self.linear(name + ".fc2", wide))

    def forward(self, letters, said):
        """Both padded with zeros, to logits of what is said next."""
        there = (letters != 0)[:, None]
        memory = self.layer("model.encoder.layers.0", self.embed("encoder", letters), there)
        causal = torch.ones(said.shape[1], said.shape[1], dtype=torch.bool).tril()
        x = self.layer("model.decoder.layers.0", self.embed("decoder", said), causal, memory, there)
        return x @ self.w("model.shared.weight").T + self.w("final_logits_bias")


def counts(weights):
    """How often a word stands in the texts."""
    here = os.path.dirname(os.path.abspath(__file__))
    text = "".join(line.split("|")[2] for line in open(f"{weights}/recordings/dc_tts/LJSpeech-1.1/metadata_all.csv"))
    text += "".join(open(path).read() * 3 for path in sorted(glob.glob(here + "/*.txt")))
    text += open(here + "/words.txt").read() * 10
    return collections.Counter(re.findall(r"[a-z][a-z']*", text.lower()))


def lexicon(weights):
    """Words in lower case with their first pronunciation."""
    words = {}
    for name in ("us_silver", "us_gold"):
        for word, entry in json.load(open(f"{weights}/voices/lexicon/{name}.json")).items():
            said = entry if isinstance(entry, str) else entry.get("DEFAULT")
            if said and re.fullmatch(r"[A-Za-z']{2,28}", word) and (word.islower() or word.lower() not in words):
                words[word.lower()] = said
    return words


class Words:
    """What is learned from: `known` words, which stand in the texts, `rest`, all but those `held` out."""

    def __init__(self, weights, symbols):
        self.letter = {c: i for i, c in enumerate(symbols["grapheme_chars"]) if i > 3}
        self.sound = {c: i for i, c in enumerate(symbols["phoneme_chars"]) if i > 3}
        often, said, weak = counts(weights), lexicon(weights), weak_words(ROOT)
        self.said = {w: s for w, s in said.items() if all(c in self.letter for c in w) and all(c in self.sound for c in s)}
        self.held = sorted(w for w in self.said if w not in often)[::20]
        self.rest = sorted(set(self.said) - set(self.held))
        self.known = [w for w in self.rest if w in often and w not in weak]
        self.common = sorted(self.known, key=lambda w: (-often[w], w))
        self.shares = np.cumsum([often[w] ** 0.5 for w in self.known])

    def batch(self, some):
        size = max(len(w) for w in some) + 2, max(len(self.said[w]) for w in some) + 2
        a, b = torch.zeros(len(some), size[0], dtype=torch.long), torch.zeros(len(some), size[1], dtype=torch.long)
        for i, w in enumerate(some):
            a[i, : len(w) + 2] = torch.tensor([START] + [self.letter[c] for c in w] + [STOP])
            b[i, : len(self.said[w]) + 2] = torch.tensor([START] + [self.sound[c] for c in self.said[w]] + [STOP])
        return a, b

    def draw(self, chance):
        """Two in three by the root of their count in the texts, the others from all."""
        drawn = np.searchsorted(self.shares, [chance.random() * self.shares[-1] for _ in range(170)], side="right")
        return self.batch([self.known[min(i, len(self.known) - 1)] for i in drawn] + chance.choices(self.rest, k=86))

    @torch.no_grad()
    def wrong(self, net, some):
        """Share of words that are not said as the lexicon says, with each sound chosen after the right ones."""
        bad = 0
        for i in range(0, len(some), 256):
            a, b = self.batch(some[i : i + 256])
            right = net(a, b[:, :-1]).argmax(-1) == b[:, 1:]
            bad += int((~(right | (b[:, 1:] == 0)).all(1)).sum())
        return bad / len(some)

    def report(self, net):
        first, next_, all_, held = (self.wrong(net, w) for w in (self.common[:1000], self.common[1000:4000:4], self.known[::10], self.held[::10]))
        print(f"  words wrong: the first 1000 {first:.3f}, the next 3000 {next_:.3f}, all of the texts {all_:.3f}, held out {held:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("folder")
    parser.add_argument("model")
    parser.add_argument("--steps", type=int, default=600)
    options = parser.parse_args()
    torch.set_num_threads(1)
    tensors, settings = read(options.weights + "/voices/lexicon/letters.safetensors")
    words = Words(options.weights, json.loads(settings))
    print(f"{len(words.rest)} words, {len(words.known)} of them in the texts, {len(words.held)} held out", flush=True)
    torch.manual_seed(1)
    chance, net = random.Random(1), Letters(tensors)
    run = Run(net, options.folder + "/letters.pt", options.steps, 1e-3, warmup=50, report=150)
    words.report(net)
    while not run.done:
        a, b = words.draw(chance)
        logits = net(a, b[:, :-1])
        if run.update(F.cross_entropy(logits.reshape(-1, logits.shape[-1]), b[:, 1:].reshape(-1), ignore_index=0)):
            words.report(net)
    words.report(net)
    run.finish()
    write_safetensors(options.model + "/letters.safetensors", {k.replace("/", "."): v.detach() for k, v in net.weights.items()}, dict(settings=settings))


if __name__ == "__main__":
    main()
