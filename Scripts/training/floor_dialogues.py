"""Renders dialogues whose truth is known in every slice: what the microphone hears, what our own voice plays, who wants what.

A user's turns have hesitations; while the assistant speaks there are back-channels, vocal tics, side talk and
interruptions; its voice comes back as an echo. Nobody decides anything here: the assistant follows a script, which in
tests keeps on speaking for two seconds into an interruption and waits two seconds after a turn.
"""

from dataclasses import dataclass, field

import numpy as np

import audio
import floor_tics

RATE, SLICE = audio.RATE, audio.SLICE
KINDS = ("nothing", "turn", "backchannel", "tic", "side", "noise")
TURN, BACKCHANNEL, TIC, SIDE, NOISE = 1, 2, 3, 4, 5
# The first 160 ms of a turn over the voice ask for nothing yet; silence after its end is its end from 40 to 160 ms on.
YIELD_AFTER, OVER_FROM, OVER_UNTIL = 2560, 640, 2560
# A silence inside a turn is a pause from here on.
PAUSE = 3200


@dataclass
class Dialogue:
    """`microphone`, `own`: samples. `events`: (kind, start, end, what) in samples, `pauses` and `answers` (start, end), `ends`:
    (end of a turn, until the answer or the next word). `said`: (start, end, seems complete) of every silence after the user's words."""

    microphone: np.ndarray
    own: np.ndarray
    echo: float
    noise: float
    events: list = field(default_factory=list)
    pauses: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    ends: list = field(default_factory=list)
    said: list = field(default_factory=list)


def split(r, clip, seconds):
    """The clip with a silence at a quiet place in its middle; where the silence is."""
    x = clip.x
    power = np.convolve(x**2, np.ones(640), "same")
    a, b = int(len(x) * 0.2), int(len(x) * 0.85)
    part = a + int((b - a) * r.uniform(0, 0.6))
    gaps = [(e + s) // 2 for (_, e), (s, _) in zip(clip.runs, clip.runs[1:]) if a < e < b]
    at = r.choice(gaps) if gaps and r.random() < 0.6 else part + int(power[part : part + (b - a) // 2].argmin())
    n = int(seconds * RATE)
    runs = []
    for s, e in clip.runs:
        if e <= at:
            runs.append((s, e))
        elif s >= at:
            runs.append((s + n, e + n))
        else:
            runs += [(s, at), (at + n, e + n)]
    return np.concatenate([x[:at], np.zeros(n, np.float32), x[at:]]), runs, (at, at + n)


def hall(r):
    """The answer of a room to somebody who is far: 0.2 to 0.8 s until it is 60 dB softer, the direct sound not much louder than the rest."""
    n = int(RATE * r.uniform(0.2, 0.8))
    h = np.random.RandomState(r.randrange(1 << 30)).randn(n) * 10 ** (-3 * np.arange(n) / n)
    h *= 1 / np.sqrt((h**2).sum())
    h[0] += 10 ** (r.uniform(-8, 8) / 20)
    return h.astype(np.float32)


class Script:
    """One dialogue as it grows."""

    def __init__(self, r, sounds, seconds, test, quiet, dense):
        self.r, self.sounds, self.test, self.quiet, self.dense = r, sounds, test, quiet, dense
        self.count = int(seconds * RATE)
        self.user = sounds.user(r)
        room = RATE * 16
        self.near, self.other, self.own = (np.zeros(self.count + room, np.float32) for _ in range(3))
        self.covered = np.zeros(self.count + room, bool)
        self.noise = None
        self.events, self.pauses, self.answers, self.ends, self.said = [], [], [], [], []
        self.at = int(r.uniform(0.3, 2.5) * RATE)

    def place(self, track, x, at):
        x = x[: max(0, len(track) - at)]
        n = min(len(x) // 2, 80)
        x = x.copy()
        x[:n] *= np.linspace(0, 1, n)
        x[len(x) - n :] *= np.linspace(1, 0, n)
        track[at : at + len(x)] += x

    # What the user says.

    def utterance(self, clip, at, hesitates):
        """Places a clip of a turn; its runs."""
        r, x, runs = self.r, clip.x, clip.runs
        if clip.noise is not None and self.noise is None:
            self.noise = clip.noise
        if hesitates and len(x) > 0.7 * RATE:
            seconds = r.uniform(0.3, 2.0)
            x, runs, (a, b) = split(r, clip, seconds)
            if seconds > 0.7 and r.random() < 0.4:
                um = floor_tics.held_vowel(r, clip.x)
                um *= 0.1 / np.sqrt((um**2).mean() + 1e-9) * r.uniform(0.3, 0.9)
                place = a + int(r.choice([0.06, r.uniform(0.06, 0.5)]) * RATE)
                if place + len(um) < b:
                    self.place(x, um, place)
                    runs = sorted([*runs, (place, place + len(um))])
            self.covered[at : at + a] = self.covered[at + b : at + len(x)] = True
        else:
            self.covered[at : at + len(x)] = True
        self.place(self.near, x, at)
        return [(at + s, at + e) for s, e in runs if e > s]

    def turn(self, at, interrupts=False):
        """A turn of one to three utterances; (start, end)."""
        r, runs, what = self.r, [], "over" if interrupts else "alone"
        places = []
        for i in range(r.choices([1, 2, 3], [85, 12, 3])[0]):
            clip = self.sounds.interruption(r, self.user) if interrupts and i == 0 else self.sounds.turn(r, self.user)
            begin = at if i == 0 else runs[-1][1] + int(r.uniform(0.25, 1.0) * RATE)
            if i:
                places.append(runs[-1][1])
            runs += self.utterance(clip, begin, r.random() < (0.2 if interrupts else 0.45))
        for (_, e), (s, _) in zip(runs, runs[1:]):
            if s - e >= PAUSE:
                self.pauses.append((e, s))
                # What was cut anywhere often leaves what is a whole sentence.
                self.said.append((e, s, e in places or r.random() < 0.2))
        self.events.append((TURN, runs[0][0], runs[-1][1], what))
        for s, e in runs:
            self.events.append((TURN, s, e, "run"))
        return runs[0][0], runs[-1][1]

    def finish(self, end, until):
        self.ends.append((end, until))
        self.said.append((end, until, True))

    # What else is heard.

    def backchannel(self, at):
        clip = self.sounds.backchannel(self.r, self.user)
        return clip and self.small(clip, at, BACKCHANNEL, self.near, -self.r.uniform(0, 8))

    def tic(self, at):
        clip = self.sounds.tic(self.r, self.user)
        return clip and self.small(clip, at, TIC, self.near, self.r.uniform(-14, 3))

    def small(self, clip, at, kind, track, decibels, what=""):
        self.place(track, clip.x * 10 ** (decibels / 20), at)
        self.events.append((kind, at + clip.runs[0][0], at + clip.runs[-1][1], what))
        return at + len(clip.x)

    def side(self, at):
        """Somebody else, the television, or the user to somebody else: farther, duller, or both."""
        r = self.r
        own = r.random() < 0.25
        clip = self.sounds.turn(r, self.user) if own else self.sounds.other(r, self.user)
        x = clip.x[: int(r.uniform(0.8, 4.5) * RATE)]
        runs = [(s, min(e, len(x))) for s, e in clip.runs if s < len(x)]
        x = audio.convolve(x, audio.room(r) if own or r.random() < 0.4 else hall(r))[: len(x) + 3200]
        x = audio.band_pass(x, r.uniform(60, 300), r.uniform(1200, 3000) if own else r.uniform(1500, 7500))
        x *= 0.1 / np.sqrt((x**2).mean() + 1e-9) * 10 ** (-(r.uniform(5, 14) if own else r.uniform(8, 26)) / 20)
        self.place(self.other, x, at)
        self.events.append((SIDE, at + runs[0][0], at + runs[-1][1], "own" if own else "other"))
        return at + len(x)

    def knock(self, at):
        x = audio.disturbance(self.r, self.sounds.turn(self.r, self.user).x)[: 2 * RATE]
        x = x * 0.1 / (np.sqrt((x**2).mean()) + 1e-9) * 10 ** (self.r.uniform(-16, 4) / 20)
        self.place(self.other, x, at)
        self.events.append((NOISE, at, at + len(x), ""))
        return at + len(x)

    def happen(self, at, weights):
        """Something that asks for nothing; where it ends."""
        make = self.r.choices([self.backchannel, self.tic, self.side, self.knock], weights)[0]
        return make(at) or at

    def television(self, at, end):
        r, end = self.r, min(self.count, end)
        impulse, low, gain = audio.room(r), r.uniform(2000, 6000), 10 ** (-r.uniform(14, 28) / 20)
        while at < end:
            clip = self.sounds.other(r, self.user)
            self.place(self.other, audio.band_pass(audio.convolve(clip.x, impulse), 150, low) * gain, at)
            self.events.append((SIDE, at, at + len(clip.x), "television"))
            at += len(clip.x) + int(r.uniform(0.1, 1.2) * RATE)

    # The assistant by its script.

    def answer(self, at):
        """Speaks, with what happens meanwhile. Returns where a turn ended that interrupted it, if one did, and its end."""
        r = self.r
        short = self.dense and r.random() < 0.7
        x = self.sounds.answer(r, r.uniform(4, 14) if self.test else r.uniform(0.8, 2.2) if short else r.choice([r.uniform(1.5, 5), r.uniform(3, 14)]))
        stop, end = len(x), None
        interrupted = r.random() < 0.5 and len(x) > 2.5 * RATE and not self.quiet
        onset = int(r.uniform(0.5 * RATE, len(x) - 1.2 * RATE)) if interrupted else len(x)
        t = int(r.uniform(0.4, 2.5) * RATE)
        while t < min(onset, len(x)) - 1.6 * RATE and r.random() < 0.8 and not self.quiet:
            t = self.happen(at + t, [4, 2, 5, 1]) - at + int(r.uniform(1.2, 3.5) * RATE)
        onset = max(onset, t - int(0.2 * RATE)) if t > 2.5 * RATE else onset
        if interrupted and onset < len(x) - RATE // 2:
            first, end = self.turn(at + onset, True)
            patience = r.uniform(2.2, 3) if self.test else r.choice([r.uniform(0.2, 0.9), r.uniform(0.2, 0.9), r.uniform(0.3, 3)])
            stop = min(len(x), first - at + int(patience * RATE))
        self.speak(at, x[:stop])
        return end, at + stop

    def speak(self, at, x):
        self.place(self.own, x, at)
        self.answers.append((at, min(at + len(x), self.count)))

    def too_early(self, pauses):
        """The assistant begins in a pause; the user's next word is then an interruption."""
        r = self.r
        begin, end = r.choice(pauses)
        at = begin + int(r.uniform(0.3, 0.5) * RATE)
        x = self.sounds.answer(r, (end - at) / RATE + r.uniform(0.2, 1.2))
        self.speak(at, x)
        self.events.append((TURN, end, end + RATE // 2, "over"))
        return at + len(x)

    def round(self):
        """A turn, and the answer unless a turn interrupted the last."""
        r = self.r
        count = len(self.pauses)
        _, end = self.turn(self.at)
        long = [p for p in self.pauses[count:] if p[1] - p[0] > 0.7 * RATE]
        if long and not self.test and r.random() < 0.15:
            end = max(end, self.too_early(long))
        while end is not None and end < self.count:
            begin = end + int((r.uniform(2.0, 2.6) if self.test else r.choice([r.uniform(0.2, 0.8), r.uniform(0.3, 2.4)])) * RATE)
            self.finish(end, begin)
            interrupting, end_of_voice = self.answer(begin)
            if interrupting is None:
                end = None
            else:
                # The voice may go on for longer than a short word.
                end = interrupting if interrupting > end_of_voice else end_of_voice + 1
        self.at = end_of_voice if end is None else end
        self.at += int(r.uniform(0.3, 1.2 if self.dense else 3) * RATE)
        if r.random() < 0.5:
            self.at = self.happen(self.at, [0, 3, 7, 2]) + int((2.1 if self.test else r.uniform(0.6, 2.5)) * RATE)

    def babble(self):
        """Many talk at once, none to us, all the time."""
        r, x = self.r, np.zeros_like(self.other)
        for _ in range(r.randint(4, 8)):
            at = -int(r.uniform(0, 3) * RATE)
            while at < self.count:
                clip = self.sounds.other(r, self.user).x[max(0, -at) :]
                at = max(0, at)
                self.place(x, clip * r.uniform(0.4, 1), at)
                at += len(clip) + int(r.uniform(0.05, 0.8) * RATE)
        x = audio.convolve(x, audio.room(r))[: len(x)]
        self.other += x * 0.1 / np.sqrt((x[: self.count] ** 2).mean() + 1e-9) * 10 ** (-r.uniform(6, 25) / 20)

    def write(self):
        r = self.r
        if r.random() < 0.06 and not self.test and not self.quiet:
            # For long, nobody talks to us.
            self.at = int(r.uniform(15, 50) * RATE)
            self.television(0, self.at)
        if r.random() < 0.1 and not self.test and not self.quiet:
            self.babble()
        while self.at < self.count:
            self.round()
        if r.random() < 0.12 and not self.quiet:
            at = int(r.uniform(0, 0.5) * self.count)
            self.television(at, at + int(r.uniform(8, 40) * RATE))


def background(r, script, n):
    """The recordings' own noise where no recording is, at the level that it has in them."""
    if script.noise is None:
        return np.zeros(n, np.float32)
    g = np.random.RandomState(r.randrange(1 << 30))
    x = audio.convolve(g.randn(n).astype(np.float32), script.noise)[:n]
    open_ = np.convolve((~script.covered[:n]).astype(np.float32), np.ones(160, np.float32) / 160, "same")
    return x * np.sqrt(open_)


def echo_of(r, own, n):
    """What of the voice comes back at 0 dB: late, and through a loudspeaker and a room."""
    late = int(r.uniform(0.02, 0.3) * RATE)
    x = np.concatenate([np.zeros(late, np.float32), own])[:n]
    x = audio.band_pass(x, r.uniform(80, 300), r.uniform(3500, 7800))
    return audio.convolve(x, audio.room(r))[:n] if r.random() < 0.8 else x


def render(r, sounds, opus, seconds=60, test=False, echo=None, quiet=False, dense=False):
    """One dialogue. `echo` in dB of the voice's level; the default is any, or none. If `quiet`, nothing happens while the voice speaks;
    if `dense`, most answers are short."""
    script = Script(r, sounds, seconds, test, quiet, dense)
    script.write()
    n = script.count
    level = 10 ** ((r.uniform(-36, -14) + 20) / 20)
    near = script.near[:n] + background(r, script, n)
    if r.random() < 0.3:
        near = audio.convolve(near, audio.room(r))[:n]
    own = script.own[:n]
    loud = np.abs(own) > 1e-3
    if loud.any():
        own = np.clip(own * 10 ** (r.uniform(-26, -16) / 20) / np.sqrt((own[loud] ** 2).mean()), -1, 1)
    if echo is None:
        echo = r.uniform(-40, -10) if r.random() < 0.75 else -120.0
    x = (near + script.other[:n]) * level + echo_of(r, own, n) * 10 ** (echo / 20)
    noise = 20 * np.log10(level * 0.1) - r.uniform(5, 30) if r.random() < 0.4 else r.uniform(-80, -55)
    x = x + audio.coloured_noise(r, n, noise)
    if r.random() < 0.15:
        x = audio.band_pass(x, r.uniform(200, 350), r.uniform(3000, 3800))
    if r.random() < 0.15:
        x = opus(x, r.choice([8000, 12000, 16000, 24000]))
    whole = lambda pairs: [tuple(p) for p in pairs if p[1] <= n and p[0] < n]
    return Dialogue(
        np.clip(x, -1, 1).astype(np.float32), own.astype(np.float32), echo, noise, [e for e in script.events if e[2] <= n],
        whole(script.pauses), whole((a, b) for a, b in script.answers), whole(script.ends), whole(script.said))
