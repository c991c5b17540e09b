"""A small Whisper of random weights in CTranslate2's format, and what PyTorch makes of it: the golden files of RecognitionTests.

    python golden.py ../../Tests/RecognitionTests/Resources

Plain PyTorch, written from the paper (Radford et al. 2022) and OpenAI's audio.py and timing.py, without a cache.
"""

import json
import math
import os
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import whisper  # noqa: E402

WIDTH, HEADS, LAYERS, HIDDEN, FRAMES, POSITIONS = 64, 2, 2, 96, 100, 40
ALIGNMENT = [[1, 0], [1, 1]]
CONTROL = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|nocaptions|>", "<|notimestamps|>", "<|0.00|>"]
PIECES = [f"{blank}{a}{b}" for blank in ("", "Ġ") for a in "bdfgklmnprst" for b in "aeiou"] + [".", ",", "Ã", "©"]
# As many as are decoded of so short a turn where the end is suppressed.
TOKENS = 23


def arrays(generator):
    """Every array of the file by its name, as float16."""
    vocabulary, out = len(PIECES) + len(CONTROL), {}

    def draw(name, *shape, scale=None):
        scale = scale if scale is not None else 1.5 / math.sqrt(np.prod(shape[1:]))
        out[name] = (torch.randn(shape, generator=generator) * scale).half()

    def linear(name, inputs, outputs):
        draw(name + "/weight", outputs, inputs), draw(name + "/bias", outputs, scale=0.1)

    def norm(name):
        out[name + "/gamma"] = (1 + 0.2 * torch.randn(WIDTH, generator=generator)).half()
        draw(name + "/beta", WIDTH, scale=0.1)

    for name, inputs in (("conv1", 80), ("conv2", WIDTH)):
        draw(f"encoder/{name}/weight", WIDTH, inputs, 3), draw(f"encoder/{name}/bias", WIDTH, scale=0.1)
    draw("encoder/position_encodings/encodings", FRAMES, WIDTH, scale=0.3)
    draw("decoder/position_encodings/encodings", POSITIONS, WIDTH, scale=1.0)
    draw("decoder/embeddings/weight", vocabulary, WIDTH, scale=0.35)
    for part in ("encoder", "decoder"):
        norm(f"{part}/layer_norm")
        for i in range(LAYERS):
            at = f"{part}/layer_{i}/"
            norm(at + "self_attention/layer_norm"), norm(at + "ffn/layer_norm")
            linear(at + "self_attention/linear_0", WIDTH, 3 * WIDTH), linear(at + "self_attention/linear_1", WIDTH, WIDTH)
            linear(at + "ffn/linear_0", WIDTH, HIDDEN), linear(at + "ffn/linear_1", HIDDEN, WIDTH)
            if part == "decoder":
                norm(at + "attention/layer_norm")
                linear(at + "attention/linear_0", WIDTH, WIDTH), linear(at + "attention/linear_1", WIDTH, 2 * WIDTH)
                linear(at + "attention/linear_2", WIDTH, WIDTH)
    return out


def write_model(path, values):
    """CTranslate2's binary version 6, with the head as an alias of the token table."""
    numbers = {"decoder/activation": (1, 3), "decoder/num_heads": (2, HEADS), "encoder/num_heads": (2, HEADS), "decoder/pre_norm": (1, 1)}
    text = lambda s: struct.pack("<H", len(s) + 1) + s.encode() + b"\0"
    with open(path, "wb") as f:
        f.write(struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(values) + len(numbers)))
        for name, value in sorted(values.items()):
            data = value.numpy().tobytes()
            f.write(text(name) + struct.pack(f"<B{value.ndim}IBI", value.ndim, *value.shape, 4, len(data)) + data)
        for name, (kind, value) in numbers.items():
            data = struct.pack("<b" if kind == 1 else "<h", value)
            f.write(text(name) + struct.pack("<BBI", 0, kind, len(data)) + data)
        f.write(struct.pack("<I", 1) + text("decoder/projection/weight") + text("decoder/embeddings/weight"))


class Model:
    """Both halves; every call computes everything."""

    def __init__(self, values):
        self.w = {name: value.float() for name, value in values.items()}

    def linear(self, name, x):
        return F.linear(x, self.w[name + "/weight"], self.w[name + "/bias"])

    def norm(self, name, x):
        return F.layer_norm(x, (WIDTH,), self.w[name + "/gamma"], self.w[name + "/beta"])

    def attention(self, q, k, v, causal=False):
        """Mixed values [rows, WIDTH] and weights [heads, rows, columns]."""
        split = lambda x: x.unflatten(-1, (HEADS, -1)).transpose(0, 1)
        scores = split(q) @ split(k).transpose(1, 2) / math.sqrt(WIDTH // HEADS)
        if causal:
            scores = scores.masked_fill(torch.ones_like(scores[0], dtype=torch.bool).triu(1), -math.inf)
        weights = scores.softmax(-1)
        return (weights @ split(v)).transpose(0, 1).flatten(1), weights

    def block(self, at, x, features=None, silence=None):
        q, k, v = self.linear(at + "self_attention/linear_0", self.norm(at + "self_attention/layer_norm", x)).chunk(3, -1)
        if silence is not None:
            rest = [x[len(k) :] for x in silence.get(at, (k, v))]
            silence.setdefault(at, (k, v))
            k, v = torch.cat([k, rest[0]]), torch.cat([v, rest[1]])
        x, seen = x + self.linear(at + "self_attention/linear_1", self.attention(q, k, v, features is not None)[0]), None
        if features is not None:
            q = self.linear(at + "attention/linear_0", self.norm(at + "attention/layer_norm", x))
            mixed, seen = self.attention(q, *self.linear(at + "attention/linear_1", features).chunk(2, -1))
            x = x + self.linear(at + "attention/linear_2", mixed)
        hidden = F.gelu(self.linear(at + "ffn/linear_0", self.norm(at + "ffn/layer_norm", x)))
        return x + self.linear(at + "ffn/linear_1", hidden), seen

    def encode(self, mel, silence):
        """[2 * frames, 80] to [frames, WIDTH]. `silence` keeps keys and values of the first call, whose rest the other calls see."""
        x = F.gelu(F.conv1d(mel.T[None], self.w["encoder/conv1/weight"], self.w["encoder/conv1/bias"], padding=1))
        x = F.gelu(F.conv1d(x, self.w["encoder/conv2/weight"], self.w["encoder/conv2/bias"], stride=2, padding=1))[0].T
        x = x + self.w["encoder/position_encodings/encodings"][: len(x)]
        for i in range(LAYERS):
            x, _ = self.block(f"encoder/layer_{i}/", x, silence=silence)
        return self.norm("encoder/layer_norm", x)

    def decode(self, tokens, features):
        """Logits [tokens, vocabulary] and what each layer's heads see [layers][heads, tokens, frames]."""
        x = self.w["decoder/embeddings/weight"][tokens] + self.w["decoder/position_encodings/encodings"][: len(tokens)]
        seen = []
        for i in range(LAYERS):
            x, weights = self.block(f"decoder/layer_{i}/", x, features)
            seen.append(weights)
        return self.norm("decoder/layer_norm", x) @ self.w["decoder/embeddings/weight"].T, seen


def log_mel(x, frames):
    """The first `frames` of the features of a whole window."""
    whole = F.pad(x, (0, 640 * FRAMES // 2 - len(x)))
    return whisper.clamp_whole(whisper.log_mel(whole[None]))[0, :frames]


def starts(seen):
    """The frame where each row begins: OpenAI's timing.py. [heads, rows, frames]"""
    seen = seen / seen.sum(-1, keepdim=True)
    deviation, mean = torch.std_mean(seen, dim=1, keepdim=True, unbiased=False)
    smooth = F.pad((seen - mean) / deviation, (3, 3), mode="reflect").unfold(-1, 7, 1).sort()[0][..., 3].mean(0)
    rows, frames = smooth.shape
    cost, trace = np.full((rows + 1, frames + 1), np.inf, np.float32), np.zeros((rows + 1, frames + 1), int)
    cost[0, 0] = 0
    for j in range(1, frames + 1):
        for i in range(1, rows + 1):
            before = (cost[i - 1, j - 1], cost[i - 1, j], cost[i, j - 1])
            step = 0 if before[0] < before[1] and before[0] < before[2] else 1 if before[1] < before[0] and before[1] < before[2] else 2
            cost[i, j], trace[i, j] = before[step] - float(smooth[i - 1, j - 1]), step
    i, j, first = rows, frames, [0] * rows
    while i > 0 and j > 0:
        first[i - 1] = int(j - 1)
        step = int(trace[i, j])
        i, j = i - (step != 2), j - (step != 1)
    return first


@torch.no_grad()
def main(out):
    generator = torch.Generator().manual_seed(5)
    values = arrays(generator)
    model, texts = Model(values), PIECES + CONTROL
    os.makedirs(out, exist_ok=True)
    write_model(os.path.join(out, "model.bin"), values)
    with open(os.path.join(out, "vocabulary.txt"), "w") as f:
        f.write("".join(text + "\n" for text in texts))
    first, never = [texts.index("Ġba")], list(range(len(PIECES), len(texts)))
    with open(os.path.join(out, "config.json"), "w") as f:
        json.dump(dict(alignment_heads=ALIGNMENT, lang_ids=[], suppress_ids=never, suppress_ids_begin=first), f)
    time = torch.arange(12345) / 16000
    x = 0.3 * torch.sin(2 * math.pi * (300 + 900 * time) * time) * (1 + torch.sin(20 * time)) + 0.01 * torch.randn(12345, generator=generator)
    x = (x * 32768).round().clamp(-32768, 32767) / 32768
    frames = len(x) // 320 + 25
    kept = {}
    silence = model.encode(torch.full((2 * FRAMES, 80), -0.75), kept)
    mel, features = log_mel(x, 2 * frames), None
    own = model.encode(mel, kept)
    features = torch.cat([own, silence[frames:]])
    prompt = [texts.index(t) for t in ("<|startoftranscript|>", "<|notimestamps|>")]
    tokens, sum_of_logs = list(prompt), 0.0
    for i in range(TOKENS):
        logits = model.decode(tokens, features)[0][-1]
        logits[never + (first if i == 0 else [])] = -1e30
        logs = logits.log_softmax(-1)
        tokens.append(int(logs.argmax()))
        sum_of_logs += float(logs[tokens[-1]])
    logits, seen = model.decode(tokens, features)
    chosen = torch.stack([seen[layer][head] for layer, head in ALIGNMENT])[:, len(prompt) - 1 : -1, :frames]
    golden = dict(
        samples=[round(float(v) * 32768) for v in x], frames=frames, mel=mel[::7].flatten().tolist(), features=own[::5].flatten().tolist(),
        silence=silence[::9].flatten().tolist(), prompt=prompt, tokens=tokens[len(prompt) :], logits=logits[:, ::3].flatten().tolist(),
        meanLogProbability=sum_of_logs / TOKENS, starts=starts(chosen))
    for name, value in golden.items():
        if isinstance(value, list) and value and isinstance(value[0], float):
            golden[name] = [float(f"{v:.6g}") for v in value]
    with open(os.path.join(out, "golden.json"), "w") as f:
        json.dump(golden, f, separators=(",", ":"))
    print("tokens", golden["tokens"], "starts", golden["starts"], "mean", golden["meanLogProbability"])


if __name__ == "__main__":
    main(*sys.argv[1:])
