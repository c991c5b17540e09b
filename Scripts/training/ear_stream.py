"""The ear as a live stream: samples in, features out a chunk at a time, for ever. The oracle of the runtime's."""

import torch
import torch.nn.functional as F

from whisper import BANDS, HOP, LEFT, LEVEL_FALL, LEVEL_FLOOR, POSITIONS, WINDOW, log_power


class Stream:
    """One caller. `chunk` in frames of 20 ms; it divides `POSITIONS` and `LEFT`."""

    def __init__(self, encoder, chunk):
        assert POSITIONS % chunk == 0 and LEFT % chunk == 0
        self.encoder, self.chunk = encoder, chunk
        self.samples = torch.zeros(0)
        self.started = False
        self.level = torch.tensor(LEVEL_FLOOR)
        # Pending input of the two convolutions: mel frames, and one row between them. Zeros stand for silence before the start.
        self.mel = torch.zeros(1, BANDS)
        self.between = torch.zeros(1, encoder.width, 1)
        self.rows = torch.zeros(1, 0, encoder.width)
        self.at = 0
        self._forget()

    def _forget(self):
        self.at = 0
        # [batch, heads, frames seen, width of a head]
        self.keys = [None] * len(self.encoder.blocks)
        self.values = [None] * len(self.encoder.blocks)

    @torch.no_grad()
    def feed(self, x):
        """[samples] to [frames, width], whole chunks alone; what is left over waits."""
        self.samples = torch.cat([self.samples, x])
        if not self.started and len(self.samples) > WINDOW // 2:
            self.samples = torch.cat([self.samples[1 : WINDOW // 2 + 1].flip(0), self.samples])
            self.started = True
        if self.started:
            self._listen()
        out = []
        # The chunk plus one mel frame before and one after it, because the stem looks ahead.
        while len(self.mel) >= 2 * self.chunk + 2:
            out.append(self._step(self._stem()))
        return torch.cat(out) if out else torch.zeros(0, self.encoder.width)

    def _listen(self):
        count = (len(self.samples) - WINDOW) // HOP + 1
        if count <= 0:
            return
        mel = log_power(self.samples.unfold(0, WINDOW, HOP)[:count])
        self.samples = self.samples[count * HOP :]
        for frame in mel:
            self.level = torch.maximum((self.level - LEVEL_FALL).clamp(min=LEVEL_FLOOR), frame.max())
            self.mel = torch.cat([self.mel, ((torch.maximum(frame, self.level - 8) + 4) / 4)[None]])

    def _stem(self):
        """The next chunk's rows, [1, chunk, width]."""
        encoder, count = self.encoder, 2 * self.chunk
        mel = self.mel[: count + 2].T[None]
        self.mel = self.mel[count:]
        y = F.gelu(F.conv1d(mel, encoder.stem1.weight, encoder.stem1.bias))
        y = torch.cat([self.between, y], 2)
        self.between = y[:, :, -1:]
        return F.gelu(F.conv1d(y, encoder.stem2.weight, encoder.stem2.bias, stride=2)).transpose(1, 2)

    def _step(self, rows):
        """Features of the next chunk; at the last position, what is still seen is encoded anew at the first ones."""
        if self.at == POSITIONS:
            self._forget()
            for old in self.rows.split(self.chunk, 1):
                self._encode(old)
        self.rows = torch.cat([self.rows, rows], 1)[:, -LEFT:]
        return self._encode(rows)[0]

    def _encode(self, rows):
        x = rows + self.encoder.positions[self.at : self.at + rows.shape[1]]
        self.at += rows.shape[1]
        for i, block in enumerate(self.encoder.blocks):
            q, k, v = block.attention.project(block.norm(x))
            k = k if self.keys[i] is None else torch.cat([self.keys[i], k], 2)
            v = v if self.values[i] is None else torch.cat([self.values[i], v], 2)
            self.keys[i], self.values[i] = k[:, :, -LEFT:], v[:, :, -LEFT:]
            x = block.mlp(x + block.attention.merge(F.scaled_dot_product_attention(q, k, v)))
        return self.encoder.norm(x)


def greatest_difference(encoder, chunk, seconds, seed=1):
    """Between the stream, fed pieces of odd lengths, and the parallel form, over noise that swells, loud, and falls silent."""
    generator, count = torch.Generator().manual_seed(seed), int(seconds * 16000)
    x = 2 * torch.randn(count, generator=generator) * torch.linspace(0, 40, count).sin().clamp(min=0)
    stream, out, at = Stream(encoder, chunk), [], 0
    while at < len(x):
        size = int(torch.randint(1, 3000, (1,), generator=generator))
        out.append(stream.feed(x[at : at + size]))
        at += size
    out = torch.cat(out)
    with torch.no_grad():
        whole = encoder.streamed(x[None], chunk)[0]
    missing = len(whole) - len(out)
    assert 0 <= missing <= 2 * chunk, f"the stream is {missing} frames behind"
    return float((out - whole[: len(out)]).abs().max())
