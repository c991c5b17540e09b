"""The text pieces of think and say: control tokens, the domain's words, single letters for any other word."""

import json
import string

import domain

CONTROL = ["<idle>", "<end>"]


def pieces():
    """Piece 0 is idle, 1 ends a turn; words begin with a space; letters without one continue a word."""
    words = sorted(set(domain.vocabulary()) | set(string.ascii_lowercase))
    return CONTROL + [" " + w for w in words] + list(string.ascii_lowercase)


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
