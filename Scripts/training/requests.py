"""Writes the requests that the bundled model answers itself, where sessions have a mind: `python requests.py OUT.json`.

A request is words and slots, `[a|b]` is a choice, `*` is one or more words. Checked against `domain.py` before it is written.
"""

import json
import random
import re
import sys

from domain import ANIMALS, CAPITALS, COLOURS, DAYS, KINDS, MONTHS, NAMES, OPPOSITES, SPELLABLE, number, request, strange

SLOTS = {
    "name": NAMES, "word": SPELLABLE, "country": list(CAPITALS), "quality": list(OPPOSITES), "animal": list(ANIMALS),
    "thing": list(COLOURS), "day": DAYS, "month": MONTHS, "number": [number(n) for n in range(21)],
}
REQUESTS = [
    "[hello|hi there|good morning|good evening|hello there|hello ada]",
    "[how are you|how are you today|how do you feel|are you well]",
    "[what is your name|who are you|tell me your name]",
    "[thank you|thanks a lot|thank you very much]",
    "[goodbye|bye bye|see you later|good night]",
    "[stop|please stop|stop it|be quiet|that is enough|wait|wait a moment|hold on]",
    "[my name is|i am called|hello my name is|call me] {name}",
    "[what is my name|do you know my name|who am i]",
    "[remember the word|please remember the word|the secret word is] {word}",
    "[what was the word|what is the secret word|do you remember the word]",
    "[what is|how much is|tell me] {number} plus {number}",
    "[what is|how much is] {number} minus {number}",
    "[what is|how much is] {number} times {number}",
    "[count to|please count to] {number}",
    "[count from|please count from] {number} to {number}",
    "[repeat after me|please say|say] *",
    "[go on|please go on|continue|carry on]",
    "[spell|how do you spell|please spell] {word}",
    "[what is the capital of|tell me the capital of] {country}",
    "[what is the opposite of|tell me the opposite of] {quality}",
    "what does [the|a] {animal} say",
    "[what color is the|tell me the color of the] {thing}",
    "what day comes [after|before] {day}",
    "what month comes [after|before] {month}",
    "[tell me a story|please tell me a story|i want to hear a story]",
    "[say that again|can you repeat that|what did you say]",
]


def expand(pattern: str) -> list[str]:
    """The pattern without choices: one for each combination."""
    choice = re.search(r"\[([^]]*)\]", pattern)
    if not choice:
        return [pattern]
    return [p for word in choice[1].split("|") for p in expand(pattern[: choice.start()] + word + pattern[choice.end() :])]


def matcher(patterns: list[str]) -> re.Pattern:
    """A regular expression for the same, to check the table."""
    def one(pattern: str) -> str:
        parts = [
            r"\S+(?: \S+)*" if w == "*" else "(?:" + "|".join(SLOTS[w[1:-1]]) + ")" if w[0] == "{" else w for w in pattern.split()
        ]
        return " ".join(parts)
    return re.compile("|".join(one(p) for p in patterns))


if __name__ == "__main__":
    patterns = [p for pattern in REQUESTS for p in expand(pattern)]
    known, r = matcher(patterns), random.Random(5)
    for kind in KINDS:
        if kind != "unknown":
            for _ in range(2000):
                user = request(r, kind=kind).user
                assert known.fullmatch(user), user
    grabbed = sorted({s for s in (strange(r) for _ in range(20000)) if known.fullmatch(s)})
    assert not grabbed, grabbed[:20]
    with open(sys.argv[1], "w") as file:
        json.dump({"requests": patterns, "slots": SLOTS}, file, indent=1)
        file.write("\n")
    print(f"{len(patterns)} requests")
