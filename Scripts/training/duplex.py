"""The duplex model: one transformer over the flattened slices of a conversation, two positions a slice.

    position 2t      listen: the encoder's two rows of slice t           -> think (user's words), then say (own words)
    position 2t + 1  speak: think, say and the two codes of slice t - 1  -> the two speech codes of slice t

`say` is predicted from the same hidden state as `think`, given the think token; the second code given the first (a
residual block each). Decoder-only, RMS norm, rotary positions, grouped-query attention, SwiGLU.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from codec import CODES, DIMENSIONS, LEVELS

IDLE, END = 0, 1
SILENT_CODE = CODES
# Slices at the start of a session that attention always sees: the sinks.
SINK_SLICES = 2
EPSILON = 1e-5


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        y = x.float()
        return (y * torch.rsqrt((y * y).mean(-1, keepdim=True) + EPSILON)).to(x.dtype) * self.weight.to(x.dtype)


def rotate(x, first):
    """Rotary positions (Su et al. 2021), halves convention. x [batch, heads, rows, dim]; the first row's position."""
    half = x.shape[-1] // 2
    frequency = 10000.0 ** (-torch.arange(half, dtype=torch.float64, device=x.device) / half)
    angle = torch.arange(first, first + x.shape[2], dtype=torch.float64, device=x.device)[:, None] * frequency
    c, s = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * c - b * s, a * s + b * c], -1)


class Layer(nn.Module):
    def __init__(self, width, heads, kv_heads, dim, hidden):
        super().__init__()
        self.heads, self.kv_heads, self.dim = heads, kv_heads, dim
        self.attention_norm, self.feed_norm = RMSNorm(width), RMSNorm(width)
        self.query = nn.Linear(width, heads * dim, bias=False)
        self.key = nn.Linear(width, kv_heads * dim, bias=False)
        self.value = nn.Linear(width, kv_heads * dim, bias=False)
        self.output = nn.Linear(heads * dim, width, bias=False)
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x, cache=None):
        b, t, _ = x.shape
        n = self.attention_norm(x)
        split = lambda y, heads: y.view(b, t, heads, self.dim).transpose(1, 2)
        q, k, v = split(self.query(n), self.heads), split(self.key(n), self.kv_heads), split(self.value(n), self.kv_heads)
        past = cache[0].shape[2] if cache else 0
        q, k = rotate(q, past), rotate(k, past)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        share = self.heads // self.kv_heads
        y = F.scaled_dot_product_attention(q, k.repeat_interleave(share, 1), v.repeat_interleave(share, 1), is_causal=t > 1)
        x = x + self.output(y.transpose(1, 2).reshape(b, t, -1))
        n = self.feed_norm(x)
        return x + self.down(F.silu(self.gate(n)) * self.up(n))


class Table(nn.Module):
    """One row a token: an embedding where tokens come in, a head where they are chosen."""

    def __init__(self, tokens, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(tokens, width))

    def rows(self):
        return self.weight

    def embed(self, token):
        return F.embedding(token, self.rows())

    def logits(self, h):
        return F.linear(h, self.rows())


class CodeTable(Table):
    """Rows of speech codes: an own part, and one for each of a code's four digits (codec.Quantizer), which neighbours share.

    What is learned of one code so helps those that sound like it. `folded` is the plain table that a model is shipped with.
    """

    def __init__(self, width):
        super().__init__(CODES + 1, width)
        self.digits = nn.Parameter(torch.zeros(DIMENSIONS, LEVELS, width))

    def rows(self):
        shared = sum(d.view(*[LEVELS if j == DIMENSIONS - 1 - i else 1 for j in range(DIMENSIONS)], -1) for i, d in enumerate(self.digits))
        return self.weight + F.pad(shared.reshape(CODES, -1), (0, 0, 0, 1))


def folded(state):
    """A state with the digits' parts of its code tables added to the rows, as `Duplex` without digits has them."""
    out = dict(state)
    for name in [n for n in state if n.endswith(".digits")]:
        table = CodeTable(state[name].shape[-1])
        table.load_state_dict({"weight": state[name[: -len("digits")] + "weight"], "digits": out.pop(name)})
        out[name[: -len("digits")] + "weight"] = table.rows().detach()
    return out


class Second(nn.Module):
    """Logits of a second choice at the same position, given the first. Tokens of both come from like tables."""

    def __init__(self, width, hidden, table):
        super().__init__()
        self.embedding, self.head = table(), table()
        self.norm, self.output_norm = RMSNorm(width), RMSNorm(width)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, h, first):
        y = h + self.embedding.embed(first)
        return self.head.logits(self.output_norm(y + self.down(F.gelu(self.up(self.norm(y))))))


class Duplex(nn.Module):
    def __init__(self, vocabulary, listen=320, width=320, layers=6, heads=4, kv_heads=2, dim=64, hidden=896, second=640, digits=True):
        super().__init__()
        self.listen = nn.Linear(2 * listen, width)
        self.kind = nn.Embedding(2, width)
        text, codes = lambda: Table(vocabulary, width), lambda: CodeTable(width) if digits else Table(CODES + 1, width)
        self.think_embedding, self.say_embedding = text(), text()
        self.code_embeddings = nn.ModuleList([codes(), codes()])
        self.layers = nn.ModuleList([Layer(width, heads, kv_heads, dim, hidden) for _ in range(layers)])
        self.norm = RMSNorm(width)
        self.think, self.first = text(), codes()
        self.say, self.second = Second(width, second, text), Second(width, second, codes)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02 / (2 * layers) ** 0.5 if name.endswith(("output.weight", "down.weight")) else 0.02)

    def core(self, x, caches=None):
        for i, layer in enumerate(self.layers):
            x = layer(x, None if caches is None else caches[i])
        return self.norm(x)

    def listen_position(self, rows):
        return self.listen(rows) + self.kind.weight[0]

    def speak_position(self, think, say, codes):
        """`codes` [..., 2]: those of the slice before."""
        return (self.think_embedding.embed(think) + self.say_embedding.embed(say) + self.code_embeddings[0].embed(codes[..., 0])
                + self.code_embeddings[1].embed(codes[..., 1]) + self.kind.weight[1])

    def positions(self, rows, think, say, spoken):
        """What goes into the layers, [b, 2 slices, width]. `spoken` are the codes that the model sees as its own, slice by slice."""
        before = torch.cat([torch.full_like(spoken[:, :1], SILENT_CODE), spoken[:, :-1]], 1)
        return torch.stack([self.listen_position(rows), self.speak_position(think, say, before)], 2).flatten(1, 2)

    def forward(self, rows, think, say, codes, spoken):
        """Teacher forcing. rows [b, slices, 640], think and say [b, slices], codes [b, slices, 2]; logits of all four.

        `spoken`: see `positions`; `codes`, or those with some mistakes.
        """
        h = self.core(self.positions(rows, think, say, spoken)).unflatten(1, (-1, 2))
        listening, speaking = h[:, :, 0], h[:, :, 1]
        return (self.think.logits(listening), self.say(listening, think), self.first.logits(speaking), self.second(speaking, codes[..., 0]))

    @torch.no_grad()
    def step(self, rows, codes, caches, state=None):
        """One slice, greedy. rows [b, 640], codes [b, 2] of the slice before; (think, say, codes) of this one."""
        h = self.core(self.listen_position(rows)[:, None], caches)[:, 0]
        think = self.think.logits(h).argmax(-1)
        say = self.say(h, think).argmax(-1)
        h = self.core(self.speak_position(think, say, codes)[:, None], caches)[:, 0]
        first = self.first.logits(h).argmax(-1)
        logits = self.second(h, first)
        # Either both codes of a slice are silent or neither is.
        logits[:, SILENT_CODE] = -torch.inf
        second = torch.where(first == SILENT_CODE, first, logits.argmax(-1))
        return think, say, torch.stack([first, second], 1)

    def generate(self, rows):
        """Runs whole streams. rows [b, slices, 640]; think [b, slices], say [b, slices], codes [b, slices, 2]."""
        caches = [[] for _ in self.layers]
        codes = torch.full((rows.shape[0], 2), SILENT_CODE, device=rows.device)
        out = []
        for i in range(rows.shape[1]):
            think, say, codes = self.step(rows[:, i], codes, caches)
            out.append((think, say, codes))
        return tuple(torch.stack(parts, 1) for parts in zip(*out))
