"""Writes the trained updates as the adapter that the server merges when it loads the base model.

    python mind_export.py WEIGHTS FOLDER/mind.pt[.checkpoint] OUT

OUT gets adapter.safetensors (float16: NAME.lora_a [rank, in] and NAME.lora_b [out, rank] for each tensor NAME.weight of the base
file, in its own order of rows, scale folded in; token_embd.rows [2, width], whose ids stand in __metadata__ as token_embd.ids) and mind.json.
"""

import json
import os
import struct
import sys

import numpy as np
import torch

from mind_base import FILE, IDLE, RESUME, digest
from mind_model import ROWS, Mind
from mind_talks import SYSTEM
from mind_train import FIXED

NAME = "duet-mind"


def trained(weights, path):
    """The model with the updates of a finished training or of its checkpoint."""
    mind = Mind(os.path.join(weights, FILE), fixed=FIXED)
    state = torch.load(path, map_location="cpu", weights_only=False)
    mind.load_state_dict(state["model"] if "model" in state else state)
    return mind.requires_grad_(False)


def balanced(a, b):
    """Factors of equal norm: neither leaves the range of float16."""
    scale = (b.norm() / a.norm()).sqrt()
    return (a * scale, b / scale) if scale > 0 else (a, b)


def tensors(mind):
    out = {}
    for name, factors in mind.updates().items():
        a, b = balanced(*factors)
        out |= {name + ".lora_a": a, name + ".lora_b": b}
    return out | {"token_embd.rows": mind.rows}


def write(path, values, metadata):
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name, value in sorted(values.items()):
        blob = value.numpy().astype(np.float16).tobytes()
        header[name] = dict(dtype="F16", shape=list(value.shape), data_offsets=[at, at + len(blob)])
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read(path):
    """The tensors of an adapter, as float32, and its metadata."""
    with open(path, "rb") as f:
        data = f.read()
    n = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + n])
    metadata, out = header.pop("__metadata__"), {}
    for name, e in header.items():
        a, b = e["data_offsets"]
        out[name] = torch.tensor(np.frombuffer(data[8 + n + a : 8 + n + b], np.float16).astype(np.float32).reshape(e["shape"]))
    return out, metadata


def merged(weights, folder, dtype=torch.bfloat16):
    """The base model with an exported adapter added to its weights, as the server loads it."""
    mind = Mind(os.path.join(weights, FILE), rank=0, dtype=torch.float32).requires_grad_(False)
    values, metadata = read(os.path.join(folder, "adapter.safetensors"))
    for name in [n.removesuffix(".lora_a") for n in values if n.endswith(".lora_a")]:
        mind.frozen[name + ".weight"] += values[name + ".lora_b"] @ values[name + ".lora_a"]
    ids = [int(i) for i in metadata["token_embd.ids"].split(",")]
    mind.frozen["token_embd.weight"][ids] = values["token_embd.rows"]
    mind.rows.data = mind.frozen["token_embd.weight"][list(ROWS)].clone()
    mind.frozen = {k: v.to(dtype) for k, v in mind.frozen.items()}
    mind.dtype = dtype
    return mind


def main():
    weights, path, out = sys.argv[1:4]
    os.makedirs(out, exist_ok=True)
    values = tensors(trained(weights, path))
    base = digest(os.path.join(weights, FILE))
    metadata = dict(format="duet-lora", base=base, **{"token_embd.ids": ",".join(map(str, ROWS))}, idle=str(IDLE), resume=str(RESUME), rank=str(values["blk.29.attn_q.lora_a"].shape[0]))
    adapter = os.path.join(out, "adapter.safetensors")
    write(adapter, values, metadata)
    with open(os.path.join(out, "mind.json"), "w") as f:
        json.dump(dict(
            name=NAME, format=1, base=dict(file=os.path.basename(FILE), sha256=base), adapter="adapter.safetensors", adapter_sha256=digest(adapter),
            instructions=SYSTEM, idle=IDLE, resume=RESUME, chat_template="chatml"), f, indent=2)
        f.write("\n")
    print(f"{adapter}: {os.path.getsize(adapter) / 1e6:.2f} MB, {len(values)} tensors")


if __name__ == "__main__":
    main()
