"""The text pieces of think and say: control tokens, the domain's words, single letters for any other word."""

import functools
import json
import string

import domain

CONTROL = ["<idle>", "<end>"]
# Number of word parts, for words that are not pieces themselves.
PARTS = 600


def merges(words, count):
    """Byte-pair encoding (Sennrich et al. 2016) of a word list: the `count` most frequent joins of two pieces, in order."""
    spelled = [[" " + w[0], *w[1:]] for w in words]
    out = []
    for _ in range(count):
        pairs = {}
        for s in spelled:
            for pair in zip(s, s[1:]):
                pairs[pair] = pairs.get(pair, 0) + 1
        a, b = max(pairs, key=lambda pair: (pairs[pair], pair))
        out.append(a + b)
        for s in spelled:
            i = 0
            while i + 1 < len(s):
                if s[i] == a and s[i + 1] == b:
                    s[i : i + 2] = [a + b]
                i += 1
    return out


@functools.cache
def pieces():
    """Piece 0 is idle, 1 ends a turn; words begin with a space; parts of words and letters without one continue a word."""
    words = [" " + w for w in sorted(set(domain.vocabulary()) | set(string.ascii_lowercase))]
    parts = [p for p in merges(domain.WORDS, PARTS) if p not in words]
    return CONTROL + words + sorted(parts) + list(string.ascii_lowercase)


class Vocabulary:
    def __init__(self, pieces):
        self.pieces = pieces
        self.index = {p: i for i, p in enumerate(pieces)}
        self.longest = max(map(len, pieces))

    def word(self, word):
        """Tokens of one word, longest match first."""
        text, out = " " + word, []
        while text:
            n = next(n for n in range(min(self.longest, len(text)), 0, -1) if text[:n] in self.index)
            out.append(self.index[text[:n]])
            text = text[n:]
        return out

    def text(self, tokens):
        return "".join(self.pieces[t] for t in tokens if t > 1).strip()


def load(path=None):
    if path is None:
        return Vocabulary(pieces())
    with open(path) as f:
        return Vocabulary(json.load(f)["pieces"])
