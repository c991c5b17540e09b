"""Renders whole conversations: the user's audio through the encoder, and what the model should think, say and speak.

A conversation holds requests and answers, hesitations, interruptions, back-channels while the assistant talks, noise
and reversed speech that deserve no reply, the echo of the assistant's own voice, rooms, levels, Opus.
"""

import random
from dataclasses import dataclass

import numpy as np
import torch

import audio
import domain
from answers import say_words
from bank import Bank
from codec import CODE_SAMPLES
from duplex import END, IDLE, SILENT_CODE, SINK_SLICES
from encoder import INDEX, Encoder
from training import autocast

# Slices from the one with the end of the user's speech to the one in which the answer begins.
RESPONSE_SLICES = 2
# Slices from the one with an interruption's onset to the first silent one.
YIELD_SLICES = (2, 2, 3, 3)
# Slices by which a think token follows the acoustic end of its word.
THINK_DELAY = 1
SECONDS_MAX = 40
# Kinds whose answer depends on earlier turns.
FROM_MEMORY = ("recall", "reveal", "again", "go_on")
# Number of backgrounds for readings, in which the assistant only speaks.
READINGS = 12
# Kinds that give the assistant something to remember.
GIVEN = ("name", "remember")
BACKCHANNELS = ["uh huh", "mm", "okay", "right", "yes", "i see", "yeah"]


@dataclass
class Example:
    """One conversation, in slices. rows [n, 640] float16, think and say [n], codes [n, 2]; `turns` for inspection.

    The first `kept` slices are what stays of an earlier part of the talk (`joined`). They are not scored.
    When `is_read`, what it thinks and says is given and only how it speaks is scored.
    """

    rows: np.ndarray
    think: np.ndarray
    say: np.ndarray
    codes: np.ndarray
    turns: list
    kept: int = 0
    is_read: bool = False

    def late(self):
        """Without the memory."""
        k = self.kept
        return Example(self.rows[k:], self.think[k:], self.say[k:], self.codes[k:], self.turns)


def align(scores, text):
    """Frame at which each character of `text` has been heard: the best CTC path. scores [frames, characters + 1], log."""
    labels = [0]
    for c in text:
        labels += [INDEX[c], 0]
    n, t = len(labels), len(scores)
    labels = np.array(labels)
    skip = np.zeros(n, bool)
    skip[3::2] = labels[3::2] != labels[1:-2:2]
    best, back = np.full(n, -1e9), np.zeros((t, n), np.int8)
    best[:2] = scores[0, labels[:2]]
    for i in range(1, t):
        stay, one, two = best, np.concatenate([[-1e9], best[:-1]]), np.where(skip, np.concatenate([[-1e9, -1e9], best[:-2]]), -1e9)
        options = np.stack([stay, one, two])
        back[i] = options.argmax(0)
        best = options.max(0) + scores[i, labels]
    state = n - 1 if best[n - 1] > best[n - 2] else n - 2
    frames = np.zeros(len(text), int)
    for i in range(t - 1, -1, -1):
        if state % 2:
            frames[state // 2] = i
        state -= int(back[i, state])
    return frames


def joined(early, late):
    """`late` after what stays of `early`: its first slices, and those in which a word was heard."""
    keep = np.nonzero((early.think != IDLE) | (np.arange(len(early.think)) < SINK_SLICES))[0]
    both = lambda a, b: np.concatenate([a[keep], b])
    return Example(both(early.rows, late.rows), both(early.think, late.think), both(early.say, late.say), both(early.codes, late.codes),
                   late.turns, len(keep))


class Renderer:
    """Makes examples; all chance from `seed`."""

    def __init__(self, bank_folder, answers, encoder_path, vocabulary, seed, backchannels=None, readings=0.0):
        torch.set_num_threads(1)
        self.bank, self.answers, self.vocabulary, self.r = Bank(bank_folder), answers, vocabulary, random.Random(seed)
        self.readings = readings
        self.encoder = Encoder()
        self.encoder.load_state_dict(torch.load(encoder_path))
        self.encoder.eval()
        self.opus = audio.Opus()
        self.by_kind = {}
        for i, row in enumerate(self.bank.rows):
            if row["kind"] and (row["kind"] in FROM_MEMORY or row["kind"] == "story" or row["answer"] in answers.table):
                self.by_kind.setdefault(row["kind"], []).append(i)
        self.backchannels = backchannels or self.say_backchannels()
        # Parts in which nothing was given to remember.
        self.fillers = []
        self.texts = list(answers.table)
        self.rooms = [self.listen(audio.channel(self.r, np.zeros(SECONDS_MAX * audio.RATE, np.float32), self.opus))[0] for _ in range(READINGS)]

    def say_backchannels(self):
        import voices

        speakers = voices.Speakers()
        return [speakers(self.r, self.r.choice(BACKCHANNELS), "train") for _ in range(60)]

    def clip(self, i):
        """A user's utterance in another voice, with a hesitation now and then."""
        r, row = self.r, self.bank.rows[i]
        x = audio.vary_voice(r, self.bank[i], row["voice"])
        x = audio.level(x, r.uniform(-32, -15))
        if len(x) > 9600 and r.random() < 0.16:
            # Insert the hesitation at the quietest moment of the middle.
            power = np.convolve(x**2, np.ones(400), "same")
            a, b = int(len(x) * 0.25), int(len(x) * 0.7)
            at = a + int(power[a:b].argmin())
            x = np.concatenate([x[:at], np.zeros(int(audio.RATE * r.uniform(0.2, 0.8 if r.random() < 0.5 else 2.0)), np.float32), x[at:]])
        return x.astype(np.float32)

    def turn(self, memory, rest=None, kind=None):
        """(request, index of the bank's clip, spoken answer): a kind by its share; what was given before is asked for more often.

        `rest` is what was cut off from the last answer: (text, codes, slice of each word, audio).
        """
        r = self.r
        draw = r.random()
        kind = kind or ("go_on" if rest and draw < 0.15 else "recall" if memory.name and draw < 0.15 else "reveal" if memory.word and draw < 0.3 else None)
        while kind is None or (kind == "again" and not memory.repeatable):
            kind = r.choices(list(domain.KINDS), [share for _, share, _ in domain.KINDS.values()])[0]
        i = r.choice(self.by_kind[kind])
        row = self.bank.rows[i]
        if kind == "go_on" and rest:
            answer, spoken = rest[0], rest[1:]
        else:
            if kind in FROM_MEMORY:
                answer = domain.KINDS[kind][0](random.Random(0), memory)[1]
            elif kind == "story":
                answer = r.choice(self.answers.stories)
            else:
                answer = row["answer"]
            if answer not in self.answers.table:
                return self.turn(memory, rest)
            spoken = self.answers.table[answer]
        if kind == "name":
            memory.name = row["text"].split()[-1]
        if kind == "remember":
            memory.word = row["text"].split()[-1]
        memory.repeatable, memory.last = kind not in ("story", "stop", "go_on"), answer
        return domain.Turn(kind, row["text"], answer, domain.KINDS[kind][2]), i, spoken

    def disturbance(self):
        """What is not meant for it: no speech, or somebody far away."""
        r, x = self.r, self.clip(self.r.randrange(len(self.bank)))
        if r.random() < 0.6:
            return audio.disturbance(r, x[: 4 * audio.RATE])
        if r.random() < 0.6:
            # Through a wall.
            x = audio.band_pass(x, r.uniform(80, 200), r.uniform(1000, 2600))
        return audio.level(audio.convolve(audio.convolve(x, audio.room(r)), audio.room(r)), r.uniform(-64, -52))

    def rest(self, t):
        """What is left of a turn's answer from the word that its stop cut: (text, codes, words, audio), or nothing."""
        spoken, words, x = t["spoken"]
        played = t["stop"] - t["start"]
        first = next((k for k, w in enumerate(words) if (words[k + 1] if k + 1 < len(words) else len(spoken)) > played), None)
        if first is None or first == 0 or len(words) != len(t["turn"].answer.split()):
            return None
        at = words[first]
        return (" ".join(t["turn"].answer.split()[first:]), spoken[at:], [w - at for w in words[first:]], x[at * audio.SLICE :])

    def backchannels_during(self, begin, finish, count):
        """What a listener hums between the slices `begin` and `finish` of an answer of `count` slices."""
        r, hummed = self.r, []
        while begin + 6 < finish and count > 14 and r.random() < 0.4:
            x, voice = r.choice(self.backchannels)
            x = audio.level(audio.vary_voice(r, x, voice), r.uniform(-34, -20))
            spot = (begin + 2) * audio.SLICE + r.randrange((finish - begin - 5) * audio.SLICE)
            hummed.append((spot, x))
            begin = spot // audio.SLICE + 8
        return hummed

    def plan(self, memory, first=None, late=None, seconds=SECONDS_MAX):
        """Lays a conversation out: (placed clips, others, turns, length in samples).

        `first` is the kind of the first request, `late` of one in the last third.
        """
        r = self.r
        length, placed, turns, others = seconds * audio.RATE, [], [], []
        at = int(audio.RATE * r.choice([r.uniform(0.2, 1.0), r.uniform(0.3, 4)]))
        if r.random() < 0.07:
            # At first, nobody talks to the assistant for a long time.
            at = int(audio.RATE * r.uniform(5, 32))
            others += [(r.randrange(at - 3 * audio.RATE), self.disturbance()) for _ in range(r.randint(0, 6))]
        rest = None
        while True:
            if late and at > length * 0.62:
                first, late = late, None
            known = vars(memory).copy()
            turn, i, spoken = self.turn(memory, rest, first)
            # A user who said stop often wants to hear the rest.
            first = "go_on" if turn.kind == "stop" and rest and r.random() < 0.5 else None
            x = self.clip(i)
            if at + len(x) > length - 4 * audio.RATE:
                vars(memory).update(known)
                break
            placed.append((at, x))
            last = (at + len(x) - 1) // audio.SLICE
            codes = spoken[0]
            if turn.kind != "stop":
                rest = None
            turns.append(dict(turn=turn, spoken=spoken, at=at, end=at + len(x), last=last, start=last + RESPONSE_SLICES, stop=None))
            begin = turns[-1]["start"]
            finish = begin + len(codes)
            cut = r.random() < (0.62 if len(codes) > 100 else 0.4 if len(codes) > 12 else 0.0)
            if cut:
                broken = begin + r.randint(3, min(len(codes) - 3, 120))
                at = broken * audio.SLICE + r.randrange(audio.SLICE)
                turns[-1]["stop"] = min(finish, broken + r.choice(YIELD_SLICES))
                rest = self.rest(turns[-1]) if turn.kind != "stop" else rest
                first = first or ("stop" if r.random() < 0.2 else None)
            else:
                others += self.backchannels_during(begin, finish, len(codes))
                at = finish * audio.SLICE + int(audio.RATE * r.choice([r.uniform(0.3, 1.2), r.uniform(0.3, 4)]))
                if r.random() < 0.25:
                    x = self.disturbance()
                    others.append((at, x))
                    at += len(x) + int(audio.RATE * r.uniform(0.3, 1.5))
            if at // audio.SLICE > length // audio.SLICE - 40:
                break
        return placed, others, turns, length

    def render(self):
        """One conversation; a third of them begin with the memory of earlier parts. Or a reading, a share `readings` of all."""
        r, memory = self.r, domain.Memory()
        if r.random() < self.readings:
            return self.read()
        if r.random() >= 0.35:
            return self.part(memory)
        given = r.choice(["name", "remember"])
        early = self.part(memory, given, seconds=r.choice([12, 16, 24]))
        if r.random() < 0.6 and self.fillers:
            for _ in range(r.randint(1, 4)):
                early = joined(early, r.choice(self.fillers))
        # The previous answer cannot be repeated.
        memory.repeatable = False
        asked = "recall" if given == "name" else "reveal"
        first, late = (r.choice([asked, None]), asked) if r.random() < 0.6 else (asked, None)
        whole = joined(early, self.part(memory, first, late))
        if not any(t["turn"].kind in GIVEN for t in whole.turns):
            self.fillers = self.fillers[-40:] + [whole.late()]
        return whole

    def read(self):
        """Sentence after sentence that nobody asked for: ten times as many words spoken as in a conversation."""
        r, n = self.r, SECONDS_MAX * audio.RATE // audio.SLICE
        think, say, codes = np.full(n, IDLE), np.full(n, IDLE), np.full((n, 2), SILENT_CODE)
        at = r.randint(1, 8)
        while at < n - 20:
            text = r.choice(self.texts)
            spoken = self.answers.table[text]
            think[at] = END
            self.write_answer(say, codes, dict(turn=domain.Turn("echo", "", text, True), spoken=spoken, start=at, stop=None), n)
            at += len(spoken[0]) + r.randint(2, 6)
        rows = np.roll(r.choice(self.rooms).reshape(n, -1), r.randrange(n), 0)
        # As long as a conversation, so that both fit into the same batches.
        used = r.randint(n * 7 // 8, n)
        return Example(rows[:used].astype(np.float16), think[:used], say[:used], codes[:used], [], is_read=True)

    def part(self, memory, first=None, late=None, seconds=SECONDS_MAX):
        while True:
            placed, others, turns, length = self.plan(memory, first, late, seconds)
            if turns:
                return self.finish(placed, others, turns, length)

    def finish(self, placed, others, turns, length):
        r, n = self.r, length // audio.SLICE
        x = np.zeros(length + audio.RATE * 4, np.float32)
        for at, clip in placed + others:
            clip = clip[: max(0, len(x) - at)]
            x[at : at + len(clip)] += clip
        if r.random() < 0.25:
            self.echo(x, turns)
        rows, scores = self.listen(audio.channel(r, x[:length], self.opus))
        think, say = np.full(n, IDLE), np.full(n, IDLE)
        codes = np.full((n, 2), SILENT_CODE)
        free = 0
        for t in turns:
            free = self.write_think(think, scores, t, free)
            self.write_answer(say, codes, t, n)
            free = max(free, t["last"] + 1)
        used = min(n, max(t["stop"] or t["start"] + len(t["spoken"][0]) for t in turns) + r.randint(4, 30))
        return Example(rows.reshape(n, 2 * rows.shape[1])[:used].astype(np.float16), think[:used], say[:used], codes[:used], turns)

    def listen(self, x):
        """The encoder's rows and log scores of characters, [frames, ...] each."""
        with torch.no_grad(), autocast("cpu"):
            rows = self.encoder(torch.tensor(audio.log_mel(x))[None])[0]
            scores = self.encoder.output(rows)
        return rows.float().numpy(), scores.float().log_softmax(-1).numpy()

    def echo(self, x, turns):
        """Adds the assistant's own voice as a loudspeaker and a room bring it back."""
        r = self.r
        gain, delay, h = 10 ** (r.uniform(-35, -12) / 20), int(audio.RATE * r.uniform(0.02, 0.3)), audio.room(r)
        for t in turns:
            y = t["spoken"][2]
            if t["stop"]:
                y = y[: max(1, (t["stop"] - t["start"]) * audio.SLICE)]
            y = audio.convolve(y, h) * gain
            at = (t["start"] + 1) * audio.SLICE + delay
            y = y[: max(0, len(x) - at)]
            x[at : at + len(y)] += y

    def write_think(self, think, scores, t, free):
        """The user's words, each after it was heard, then `END`; moves the answer's start behind them."""
        text = t["turn"].user
        first, last = t["at"] // CODE_SAMPLES, min(len(scores), t["end"] // CODE_SAMPLES + 6)
        if last - first < len(text) // 2 + 4:
            first = max(0, last - len(text) // 2 - 4)
        frames = first + align(scores[first:last], text)
        at, character = free, 0
        for word in text.split():
            character += len(word)
            heard = min(frames[character - 1], t["end"] // CODE_SAMPLES) // 2
            character += 1
            at = max(at, heard + THINK_DELAY)
            for token in self.vocabulary.word(word):
                if at < len(think):
                    think[at] = token
                at += 1
        at = max(at, t["last"] + RESPONSE_SLICES)
        if at < len(think):
            think[at] = END
        shift = at - t["start"]
        t["start"] += shift
        if t["stop"]:
            t["stop"] = max(t["stop"], t["start"] + 1)
        return at + 1

    def write_answer(self, say, codes, t, n):
        """The answer's codes from `start`, each word's text one slice before its sound, then `END`; cut at `stop`."""
        spoken, words, _ = t["spoken"]
        start, stop = t["start"], min(n, t["stop"] or n)
        say_words(self.vocabulary, say, t["turn"].answer, words, start, len(spoken), stop)
        for i in range(start, min(start + len(spoken), stop)):
            codes[i] = spoken[i - start]
