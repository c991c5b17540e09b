"""What all clients of a soak share: the server, the question, what was counted, what was found wrong."""

import collections
import copy
import os
import random
import sys
import time
import types

from callers import CALLERS

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from call import read_wave  # noqa: E402

DIARY_MAX, WAY_SECONDS = 400, 2


class World:
    def __init__(self, port, seed, question, ping_seconds):
        self.port, self.seed, self.ping_seconds, self.random = port, seed, ping_seconds, random.Random(seed)
        self.begun = time.monotonic()
        self.question = {rate: read_wave(question, rate) for rate in {caller.rate for caller in CALLERS}}
        self.counts, self.faults = collections.Counter(), {}
        # No new clients until then, so that the compared conversations find room.
        self.shared = types.SimpleNamespace(closed_until=0.0)
        # Called for every pause in what a client hears, with its start and length.
        self.mind_gap = lambda begin, seconds: None
        # What hostile clients did, and when: the suspects if another client was hurt.
        self.diary = collections.deque(maxlen=DIARY_MAX)
        # Ids of sessions that ended as they should.
        self.clean = set()

    def alone(self, name):
        """The same world with chance of its own: what one client draws depends on no other."""
        own = copy.copy(self)
        own.random = random.Random(f"{self.seed} {name}")
        return own

    def now(self):
        return time.monotonic() - self.begun

    def blame(self, sentence, kind=None):
        """A fault. Of a kind the first is told, the others are counted."""
        kind = kind or sentence
        if kind not in self.faults:
            self.faults[kind] = [sentence, 0, self.now()]
            print(f"soak: FAULT at {self.now():.0f} s: {sentence}", file=sys.stderr, flush=True)
        self.faults[kind][1] += 1

    def give_way(self):
        self.shared.closed_until = time.monotonic() + WAY_SECONDS

    def gives_way(self):
        return time.monotonic() < self.shared.closed_until

    def note(self, what):
        self.diary.append((time.monotonic(), what))

    def suspects(self, begin, end):
        """What hostile clients did shortly before and meanwhile."""
        names = dict.fromkeys(what for at, what in self.diary if begin - 3 < at < end)
        return ", ".join(names) or "nobody hostile"


def silence(rate, seconds):
    return bytes(2 * int(rate * seconds))


def pieces(pcm, rate, seconds):
    size = 2 * int(rate * seconds)
    return [pcm[i : i + size] for i in range(0, len(pcm), size)]


def in_slices(pcm, before, after):
    """16-kHz samples with silence around them, in whole slices of 80 ms."""
    whole = silence(16000, before) + pcm + silence(16000, after)
    return whole + bytes(-len(whole) % 2560)
