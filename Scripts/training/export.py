"""Writes a trained model as a directory that `duet` loads.

    python export.py ENCODER.pt DUPLEX.pt CODEC.pt OUT

CODEC.pt may also be an exported model, whose voice decoder is taken over.

config.json, tokenizer.json, model.safetensors (float16).
"""

import argparse
import json
import os

import torch

import vocabulary
from duplex import SINK_SLICES, folded
from encoder import DILATIONS, STACK
from tensors import shipped, write_safetensors


def config_of(listen, decode, speak):
    layers = 1 + max(int(k.split(".")[1]) for k in decode if k.startswith("layers."))
    dim = 64
    return dict(
        family="duet", name="duet-mini", format=1,
        plan=dict(
            clock=dict(slice_ms=80, late="drop"), layout=[dict(listen=1, think=1, say=1), dict(speak=2)], fuse="interleave",
            tokens=dict(idle=0, end=1), memory=dict(sinks=2 * SINK_SLICES, window=750, evict="slice", words=480)),
        listen=dict(width=listen["input.weight"].shape[0], hidden=listen["blocks.0.up.weight"].shape[0], stack=STACK, dilations=list(DILATIONS)),
        decode=dict(
            width=decode["norm.weight"].shape[0], layers=layers, heads=decode["layers.0.query.weight"].shape[0] // dim,
            kv_heads=decode["layers.0.key.weight"].shape[0] // dim, head_dim=dim, hidden=decode["layers.0.gate.weight"].shape[0],
            second_hidden=decode["say.up.weight"].shape[0], vocabulary=decode["think.weight"].shape[0],
            codes=decode["first.weight"].shape[0] - 1, rope_base=10000.0, norm_epsilon=1e-5),
        speak=dict(width=speak["norm.weight"].shape[0], hidden=speak["slow.0.up.weight"].shape[0], slow=[1, 2, 4], fast=[1, 2, 4, 1, 2]),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("encoder", "duplex", "codec", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    listen, decode = torch.load(a.encoder), folded(torch.load(a.duplex))
    listen = {k: v for k, v in listen.items() if not k.startswith("output.")}
    if os.path.isdir(a.codec):
        speak = shipped(a.codec, "speak")
    else:
        speak = {k[len("decoder.") :]: v for k, v in torch.load(a.codec).items() if k.startswith("decoder.")}
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.out, "config.json"), "w") as f:
        json.dump(config_of(listen, decode, speak), f, indent=2)
        f.write("\n")
    with open(os.path.join(a.out, "tokenizer.json"), "w") as f:
        json.dump(dict(pieces=vocabulary.pieces()), f)
        f.write("\n")
    tensors = {f"{part}.{k}": v for part, state in (("listen", listen), ("decode", decode), ("speak", speak)) for k, v in state.items()}
    write_safetensors(os.path.join(a.out, "model.safetensors"), tensors)
    print(f"{a.out}: {sum(t.numel() for t in tensors.values()) / 1e6:.1f}M parameters")


if __name__ == "__main__":
    main()
