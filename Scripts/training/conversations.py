"""Writes the scripted conversations that `duet eval` holds: requests, right answers, voices, disturbances. Seeded.

    python conversations.py OUT.json [--seed 2026]

Every voice is held out from training; sentences to repeat and unknown requests are made anew here.
"""

import argparse
import json
import random

import domain
import voices

PLAIN = [k for k in domain.KINDS if k not in ("story", "stop", "again", "go_on", "recall", "reveal", "unknown", "echo")]
SHORT = [k for k in PLAIN if k not in ("repeat", "count", "spell")]
LONG = ["story", "count", "repeat", "spell"]
BACKCHANNELS = ["uh huh", "mm", "okay", "right", "yes", "i see", "yeah"]
TICS = ["cough", "throat", "laugh", "um", "uh", "hm"]
LAUGHS = ["ha ha ha", "ha ha", "heh heh heh"]
# To somebody else in the room, or on another telephone.
SIDE_TALK = [
    "hold on", "one second", "just a moment", "not now", "i am on the phone", "close the door please", "the keys are on the table",
    "dinner is in the oven", "no mum i can not talk now", "wait i will be right there", "can you turn that down", "yes put it over there",
    "i will call you back later", "did you feed the cat", "ask your father", "leave it in the kitchen", "thanks honey", "what time is the train",
]
DEGRADED = {
    "clean": {}, "SNR 20 dB": dict(snr=20), "SNR 10 dB": dict(snr=10), "SNR 5 dB": dict(snr=5), "telephone": dict(telephone=True),
    "16 dB quieter": {}, "clipped": dict(clip=0.05), "Opus 12 kbit/s": dict(opus=12000), "Opus 8 kbit/s": dict(opus=8000),
    "Opus 6 kbit/s": dict(opus=6000), "5 % packet loss": dict(opus=24000, loss=0.05),
}


def voice(r, i):
    """Half of the talks in espeak-ng variants, a quarter each in flite's awb and rms."""
    group = ("espeak", "awb", "espeak", "rms")[i % 4]
    if group != "espeak":
        return group, dict(synthesizer="flite", name=group, stretch=round(r.uniform(0.9, 1.1), 2))
    name = f"{r.choice(voices.ACCENTS)}+{r.choice(voices.HELD_OUT_VARIANTS)}"
    return group, {"synthesizer": "espeak-ng", "name": name, "pitch": r.randint(25, 75), "rate": r.randint(130, 210), "range": r.randint(30, 70)}


def expected(turn):
    """The right answers; a star stands for any one word."""
    if turn.kind == "story":
        return [s.format(a="*", n="*", b="*", m="*") for s in domain.STORIES]
    return [turn.answer]


def ask(r, memory=None, kinds=PLAIN, role="request", **more):
    t = domain.request(r, memory, r.choice(kinds))
    return {"say": t.user, "role": role, "kind": t.kind, "slot": t.slot, "expect": expected(t), **more}


class Book:
    """The suites, filled conversation by conversation."""

    def __init__(self, seed):
        self.r, self.suites = random.Random(seed), {}

    def add(self, suite, turns, **more):
        talks = self.suites.setdefault(suite, [])
        group, speaker = voice(self.r, len(talks))
        talks.append({"id": f"{suite}/{len(talks):03d}", "group": group, "voice": speaker, "level": round(self.r.uniform(-28, -18), 1),
                      "floor": round(self.r.uniform(-70, -55), 1), "turns": turns, **more})


def turn_taking(b, n):
    kinds = list(PLAIN) + ["story", "again", "recall"]
    for i in range(n):
        memory, turns = domain.Memory(), []
        for k in range(3):
            kind = kinds[(3 * i + k) * 7 % len(kinds)]
            if kind == "again" and not (memory.last and memory.repeatable):
                kind = "hello"
            turns.append(ask(b.r, memory, [kind]))
        b.add("turn-taking", turns)


def pause(b, n):
    slots = [k for k in PLAIN if k not in ("hello", "how", "who", "thanks", "bye")]
    for i in range(n):
        hesitation = {"at": round(b.r.uniform(0.35, 0.65), 2), "seconds": round(b.r.uniform(0.3, 2.0), 2)}
        b.add("pause", [ask(b.r, kinds=[slots[i % len(slots)]], pause=hesitation)])


def back_channel(b, n):
    for i in range(n):
        first = ask(b.r, kinds=["story", "story", "repeat", "count"])
        seconds = 6 if first["kind"] == "story" else 1
        b.add("back-channel", [first, {"say": b.r.choice(BACKCHANNELS), "role": "back-channel", "when": {"into": round(b.r.uniform(0.3, seconds), 2)}}])


def interruption(b, n):
    for i in range(n):
        new = ask(b.r, kinds=SHORT, role="interruption", when={"into": round(b.r.uniform(0.5, 5), 2)})
        b.add("interruption", [ask(b.r, kinds=["story"]), new])


def stop(b, n):
    r = b.r
    for i in range(n):
        if i % 3 == 2:
            memory = domain.Memory()
            b.add("stop", [ask(r, memory, SHORT), ask(r, memory, ["again"], role="again")])
            continue
        long = domain.request(r, kind=["count", "repeat"][i % 2])
        words = long.answer.split()
        turns = [{"say": long.user, "role": "request", "kind": long.kind, "slot": True, "expect": expected(long)}]
        turns.append(ask(r, kinds=["stop"], role="stop", when={"into": round(r.uniform(0.3, 1.2), 2)}))
        # The answer may continue from any word, depending on where it was cut off.
        turns.append({"say": r.choice(["go on", "please go on", "continue", "carry on"]), "role": "go-on", "kind": "go_on", "slot": False,
                      "expect": [" ".join(words[k:]) for k in range(len(words))]})
        b.add("stop", turns)


def silence(b, n):
    """Ten minutes each."""
    for i in range(n):
        condition = ("silence", "noise", "music", "door", "far speech")[i % 5]
        if condition == "silence":
            b.add("silence", [{"wait": 600}], condition=condition)
            continue
        turns, left = [], 600.0
        while left > 20:
            gap, seconds = round(b.r.uniform(2, 12), 1), round(b.r.uniform(0.3, 8) if condition in ("noise", "music") else b.r.uniform(0.1, 0.6), 2)
            sound = {"sound": condition.replace(" ", "-"), "seconds": seconds, "level": round(b.r.uniform(-40, -22), 1), "when": {"after": gap}}
            if condition == "far speech":
                seconds = 4.0
                sound.update(say=domain.sentence(b.r), seconds=seconds, level=round(b.r.uniform(-60, -52), 1))
            turns.append(sound)
            left -= gap + seconds + 3
        b.add("silence", turns, condition=condition)


def not_speech(b, n):
    for i in range(n):
        sound = ("noise", "reversed", "music")[i % 3]
        turn = {"sound": sound, "seconds": round(b.r.uniform(0.3, 2.0), 2), "level": round(b.r.uniform(-30, -18), 1)}
        if sound == "reversed":
            turn["say"] = domain.request(b.r, kind=b.r.choice(PLAIN)).user
        b.add("no-speech", [turn], condition=sound)


def echo(b, n):
    for i in range(n):
        gain = (-10, -20, -30, -20)[i % 4]
        turns = [ask(b.r, kinds=[LONG[i % 4]]), ask(b.r, kinds=SHORT)]
        b.add("echo", turns, condition=f"{gain} dB", echo={"gain": gain, "delay": round(b.r.uniform(0.02, 0.3), 3), "room": round(b.r.uniform(0.05, 0.3), 2)})


def degraded(b, n):
    for i in range(n):
        requests = [ask(b.r, kinds=[PLAIN[(2 * i + k) % len(PLAIN)]]) for k in range(2)]
        group, speaker = voice(b.r, i)
        same = dict(group=group, voice=speaker, level=round(b.r.uniform(-26, -18), 1), floor=-65.0)
        for condition, channel in DEGRADED.items():
            more = dict(same, channel=channel) if channel else dict(same)
            if condition == "16 dB quieter":
                more.update(level=same["level"] - 16, floor=-81.0)
            b.add("degraded", requests, condition=condition, **more)


def memory(b, n):
    """A name or a word is given, other things are talked about, then it is asked back."""
    for i in range(n):
        condition = ("30 s", "2 min", "30 s", "2 min", "30 s", "2 min", "30 s", "10 min")[i % 8] if i != 31 and i != 95 else "60 min"
        m = domain.Memory()
        given, asked = (("name", "recall"), ("remember", "reveal"))[i // 2 % 2]
        turns = [ask(b.r, m, [given], role="filler")]
        others = [k for k in SHORT if k not in ("name", "remember", "hello", "bye")]
        fill = lambda count: [ask(b.r, None, others, role="filler") for _ in range(count)]
        if condition in ("30 s", "2 min"):
            turns += fill(5 if condition == "30 s" else 21)
        else:
            quiet = 100 if condition == "10 min" else 690
            for _ in range(5):
                turns += fill(3) + [{"wait": quiet}]
        turns.append(ask(b.r, m, [asked], role="recall"))
        b.add("memory", turns, condition=condition)


def unknown(b, n):
    for i in range(n):
        b.add("unknown", [{"say": domain.strange(b.r, domain.STRANGE_HELD_OUT), "role": "unknown", "kind": "unknown", "slot": False, "expect": [domain.REFUSAL]}])


def repeat(b, n):
    for i in range(n):
        b.add("repeat", [ask(b.r, kinds=["echo"]) for _ in range(2)])


def event(b, turn, i):
    """A conversation with `turn` over a long answer, in the silence after a short one, or before anything is said."""
    if i % 2 == 0:
        first = ask(b.r, kinds=["story", "story", "story", "repeat", "count"])
        return [first, dict(turn, when={"into": round(b.r.uniform(0.3, 6 if first["kind"] == "story" else 0.8), 2)})]
    quiet = dict(turn, when={"after": round(b.r.uniform(1.5, 4), 2)})
    if i % 6 == 5:
        return [{"wait": 1}, quiet, ask(b.r, kinds=SHORT, when={"after": 3})]
    return [ask(b.r, kinds=SHORT), quiet, ask(b.r, kinds=SHORT)]


def vocal_tic(b, n):
    for i in range(n):
        kind = TICS[(i // 2) % len(TICS)]
        turn = {"role": "vocal-tic", "kind": kind}
        if kind in ("cough", "throat"):
            turn.update(sound=kind, seconds=round(b.r.uniform(0.3, 1.2), 2), level=round(b.r.uniform(-32, -20), 1))
        else:
            turn["say"] = b.r.choice(LAUGHS) if kind == "laugh" else kind
        b.add("vocal-tic", event(b, turn, i), condition="over speech" if i % 2 == 0 else "in silence")


def side_talk(b, n):
    """Half by the caller, with a hand over the microphone; half by another person, farther away."""
    for i in range(n):
        turn = {"say": b.r.choice(SIDE_TALK), "role": "side-talk", "kind": ("caller", "another")[i // 2 % 2]}
        if turn["kind"] == "caller":
            turn.update(level=round(b.r.uniform(-38, -28), 1), muffled=b.r.randint(1200, 3000), room=round(b.r.uniform(0, 0.3), 2))
        else:
            turn.update(level=round(b.r.uniform(-46, -32), 1), room=round(b.r.uniform(0.3, 0.8), 2), voice=voice(b.r, i + 1)[1])
        b.add("side-talk", event(b, turn, i), condition="over speech" if i % 2 == 0 else "in silence")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=2026)
    a = parser.parse_args()
    b = Book(a.seed)
    for make, n in ((turn_taking, 200), (pause, 200), (back_channel, 200), (interruption, 200), (stop, 201), (silence, 40), (not_speech, 201),
                    (echo, 200), (degraded, 50), (memory, 200), (unknown, 100), (repeat, 120), (vocal_tic, 200), (side_talk, 200)):
        make(b, n)
    with open(a.out, "w") as f:
        f.write('{"format": 1, "suites": {\n')
        f.write(",\n".join(
            json.dumps(name) + ": [\n" + ",\n".join(json.dumps(talk, separators=(",", ":")) for talk in talks) + "\n]" for name, talks in b.suites.items()))
        f.write("\n}}\n")
    print({k: len(v) for k, v in b.suites.items()})


if __name__ == "__main__":
    main()
