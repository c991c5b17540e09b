"""The base model as its GGUF file holds it: dequantized weights, tokenizer. Names and row order stay the file's own."""

import hashlib
import struct

import numpy as np
import torch

END = 2  # <|im_end|>
IDLE = 16  # <empty_output>: nothing to say.
RESUME = 15  # <jupyter_script>: go on with the statement that was interrupted.
FILE = "minds/SmolLM2-135M-Instruct.Q4_1.gguf"
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


class Reader:
    """GGUF v3: header, metadata, tensor table, aligned data (ggml's docs/gguf.md)."""

    def __init__(self, path):
        self.data, self.at = np.memmap(path, np.uint8, "r"), 0
        magic, version, tensors, keys = self.take("<4sIQQ")
        if magic != b"GGUF" or version != 3:
            raise SystemExit(f"{path}: not a GGUF v3 file")
        self.fields = {self.text(): self.value(self.take("<I")[0]) for _ in range(keys)}
        table = []
        for _ in range(tensors):
            name, rank = self.text(), self.take("<I")[0]
            shape = self.take(f"<{rank}Q")[::-1]
            table.append((name, shape, *self.take("<IQ")))
        start = -(-self.at // 32) * 32
        self.tensors = {name: self.dequantized(kind, start + offset, shape) for name, shape, kind, offset in table}

    def take(self, form):
        n = struct.calcsize(form)
        self.at += n
        return struct.unpack(form, self.data[self.at - n : self.at].tobytes())

    def text(self):
        n = self.take("<Q")[0]
        return self.take(f"{n}s")[0].decode(errors="replace")

    def value(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            inner, n = self.take("<IQ")
            return list(self.take(f"<{n}{SCALARS[inner]}")) if inner in SCALARS else [self.value(inner) for _ in range(n)]
        return self.take("<" + SCALARS[kind])[0]

    def dequantized(self, kind, at, shape):
        """F32, F16, Q4_1 and Q8_0: blocks of 32 values along a row."""
        n = int(np.prod(shape))
        if kind in (0, 1):
            size, form = ((4, np.float32), (2, np.float16))[kind]
            return torch.from_numpy(self.data[at : at + size * n].view(form).astype(np.float32).reshape(shape))
        size = {3: 20, 8: 34}[kind]
        blocks = self.data[at : at + n // 32 * size].reshape(-1, size)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        if kind == 8:
            values = blocks[:, 2:].view(np.int8) * scale
        else:
            low = blocks[:, 2:4].copy().view(np.float16).astype(np.float32)
            values = np.concatenate([blocks[:, 4:] & 15, blocks[:, 4:] >> 4], 1) * scale + low
        return torch.from_numpy(values.astype(np.float32).reshape(shape))


def tokenizer(fields):
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    pieces, merges = fields["tokenizer.ggml.tokens"], [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"]]
    out = Tokenizer(models.BPE(vocab={s: i for i, s in enumerate(pieces)}, merges=merges, fuse_unk=False))
    out.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    out.decoder = decoders.ByteLevel()
    control = [s for s, kind in zip(pieces, fields["tokenizer.ggml.token_type"]) if kind == 3]
    out.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in control])
    return out


def digest(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()
