"""Writes held-out talks as a script for `duet chat`, with the pauses that people make.

    python mind_script.py TURNS [SEED] >talks.txt && duet chat --script talks.txt

In each turn of more than four words, with probability 0.4, the user pauses for 0.4 to 1.6 s, more often after a word that leaves the sentence open.
"""

import random
import sys

from mind_talks import HANGING, IDLE, Maker

PACE = 2.5  # words a second, ChatTalk.wordsPerSecond


def place(r, words):
    """Where in a turn the user pauses, or None."""
    if len(words) < 5 or r.random() >= 0.4:
        return None
    hanging = [i for i in range(1, len(words)) if words[i - 1] in HANGING]
    return r.choice(hanging) if hanging and r.random() < 0.5 else r.randint(1, len(words) - 1)


def lines(r, talk):
    over = None
    for index, (role, text, cut) in enumerate(talk):
        if role == "assistant":
            over = len(text.split()) if cut else None
        if role != "user":
            continue
        words, lead = text.split(), "" if over is None else f"+{over} "
        goes_on = index + 2 < len(talk) and cut and talk[index + 1][1] == IDLE and talk[index + 2][0] == "user"
        at = place(r, words)
        if at:
            yield lead + " ".join(words[:at])
            yield f"~{at / PACE + r.uniform(0.4, 1.6):.2f}"
            words, lead = words[at:], "+0 "
        yield lead + " ".join(words)
        over = None
        if goes_on:
            yield f"~{len(words) / PACE + r.uniform(0.4, 1.6):.2f}"
            over = 0
    yield ""


def main():
    count, made = int(sys.argv[1]), 0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 31337
    maker, r = Maker(seed, test=True), random.Random(seed)
    while made < count:
        talk = [turn for turn in maker.ordinary() if turn[0] != "system"]
        made += sum(role == "user" for role, *_ in talk)
        print("\n".join(lines(r, talk)))


if __name__ == "__main__":
    main()
