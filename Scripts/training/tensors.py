"""Weights as they are shipped: the safetensors format, float16."""

import json
import os
import struct

import numpy as np
import torch


def write_safetensors(path, tensors, metadata=None):
    """The safetensors format: length of the header, header, data. Every tensor as float16; `metadata` are strings."""
    header, blobs, at = {"__metadata__": metadata} if metadata else {}, [], 0
    for name, tensor in sorted(tensors.items()):
        blob = tensor.detach().numpy().astype(np.float16).tobytes()
        header[name] = dict(dtype="F16", shape=list(tensor.shape), data_offsets=[at, at + len(blob)])
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_safetensors(path):
    """What `write_safetensors` wrote, as float32."""
    with open(path, "rb") as f:
        data = f.read()
    n = struct.unpack("<Q", data[:8])[0]
    out = {}
    for name, e in json.loads(data[8 : 8 + n]).items():
        if name == "__metadata__":
            continue
        a, b = e["data_offsets"]
        out[name] = torch.tensor(np.frombuffer(data[8 + n + a : 8 + n + b], np.float16).astype(np.float32).reshape(e["shape"]))
    return out


def shipped(folder, part):
    """The weights of one part (listen, decode, speak) of an exported model."""
    prefix = part + "."
    return {k[len(prefix) :]: v for k, v in read_safetensors(os.path.join(folder, "model.safetensors")).items() if k.startswith(prefix)}
