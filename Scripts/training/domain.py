"""What Duet's bundled model can talk about: requests, answers, and the words of both.

Every text is ours (CC0). A request is generated from a `random.Random`; the same seed gives
the same request. `KINDS` is the table: adding a kind is one function and one line.
"""

import random
from dataclasses import dataclass, field

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
NAMES = (
    "anna ben carol david emma frank grace henry laura martin nina oliver peter rosa simon tom "
    "alice daniel julia kevin maria paul sarah victor"
).split()
CAPITALS = dict(
    france="paris", italy="rome", spain="madrid", germany="berlin", japan="tokyo", england="london",
    norway="oslo", greece="athens", austria="vienna", egypt="cairo", russia="moscow", china="beijing",
    portugal="lisbon", sweden="stockholm", ireland="dublin", poland="warsaw",
)
OPPOSITES = dict(
    hot="cold", big="small", up="down", fast="slow", old="new", happy="sad", open="closed", wet="dry",
    dark="light", hard="soft", full="empty", left="right", early="late", strong="weak", rich="poor",
    loud="quiet",
)
ANIMALS = dict(
    cow="moo", dog="woof", cat="meow", duck="quack", sheep="baa", lion="roar", pig="oink", bird="tweet",
)
COLOURS = dict(
    sky="blue", grass="green", snow="white", coal="black", blood="red", lemon="yellow", chocolate="brown",
    milk="white",
)
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = (
    "january february march april may june july august september october november december"
).split()
SPELLABLE = (
    "house water apple table river green music friend garden window bread stone light paper mouse "
    "train ship cloud tree book chair horse night lamp king queen salt milk fire snow"
).split()
ADJECTIVES = "red green big small old happy quick lazy brown quiet young strong little clever dark white".split()
NOUNS = (
    "fox dog bird river house tree child ship cloud horse teacher doctor garden window mountain city "
    "flower farmer king sister"
).split()
VERBS = "sees likes finds follows hears wants takes paints loves helps knows needs".split()
PLACES = "in the morning|at night|near the river|by the window|after dinner|on monday|in the garden|every day".split("|")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
STORIES = [
    "once upon a time there was a {a} {n} who lived near a river every morning it walked to the water and "
    "watched the {b} {m} go by one day the {m} spoke and said come with me and see the world so they went "
    "away together and they were happy",
    "a long time ago a {a} {n} lost its way in the dark it asked a {b} {m} for help the {m} showed it the "
    "light and took it home and from that day they were friends",
    "there was a {a} {n} that wanted to sing but it had no music a {b} {m} heard it and said listen to the "
    "river and the wind so the {n} listened and it learned to sing",
]
REFUSAL = "sorry i can not do that"


def number(n: int) -> str:
    """`n` in words, -99 to 9999."""
    if n < 0:
        return "minus " + number(-n)
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + ("" if n % 10 == 0 else " " + ONES[n % 10])
    if n < 1000:
        return number(n // 100) + " hundred" + ("" if n % 100 == 0 else " " + number(n % 100))
    return number(n // 1000) + " thousand" + ("" if n % 1000 == 0 else " " + number(n % 1000))


def sentence(r: random.Random) -> str:
    """A sentence of common words for repeat-after-me."""
    shape = r.random()
    if shape < 0.45:
        return f"the {r.choice(ADJECTIVES)} {r.choice(NOUNS)} {r.choice(VERBS)} the {r.choice(NOUNS)}"
    if shape < 0.7:
        return f"my {r.choice(NOUNS)} {r.choice(VERBS)} the {r.choice(ADJECTIVES)} {r.choice(NOUNS)}"
    if shape < 0.85:
        return f"{r.choice(NAMES)} {r.choice(VERBS)} the {r.choice(NOUNS)} {r.choice(PLACES)}"
    return f"the {r.choice(NOUNS)} is {r.choice(ADJECTIVES)} and {r.choice(ADJECTIVES)}"


@dataclass
class Memory:
    """What earlier turns of a talk left behind."""

    name: str | None = None
    last: str | None = None
    repeatable: bool = True


@dataclass(frozen=True)
class Turn:
    """One request and its one right answer. `slot`: whether a word must be heard to answer."""

    kind: str
    user: str
    answer: str
    slot: bool


def hello(r, m):
    return r.choice(["hello", "hi there", "good morning", "good evening", "hello there", "hello ada"]), "hello how can i help you"


def how(r, m):
    return r.choice(["how are you", "how are you today", "how do you feel", "are you well"]), "i am fine thank you"


def who(r, m):
    return r.choice(["what is your name", "who are you", "tell me your name"]), "my name is ada"


def thanks(r, m):
    return r.choice(["thank you", "thanks a lot", "thank you very much"]), "you are welcome"


def bye(r, m):
    return r.choice(["goodbye", "bye bye", "see you later", "good night"]), "goodbye see you soon"


def stop(r, m):
    return r.choice(["stop", "please stop", "stop it", "be quiet", "that is enough"]), "okay"


def name(r, m):
    m.name = r.choice(NAMES)
    return r.choice(["my name is ", "i am called ", "hello my name is ", "call me "]) + m.name, "nice to meet you " + m.name


def recall(r, m):
    """Asks for the name given before; without one the answer says so."""
    user = r.choice(["what is my name", "do you know my name", "who am i"])
    return user, f"your name is {m.name}" if m.name else "i do not know your name"


def add(r, m):
    a, b = r.randint(0, 20), r.randint(0, 20)
    return r.choice(["what is ", "how much is ", "tell me "]) + f"{number(a)} plus {number(b)}", f"{number(a)} plus {number(b)} is {number(a + b)}"


def subtract(r, m):
    a = r.randint(0, 20)
    b = r.randint(0, a)
    return r.choice(["what is ", "how much is "]) + f"{number(a)} minus {number(b)}", f"{number(a)} minus {number(b)} is {number(a - b)}"


def multiply(r, m):
    a, b = r.randint(1, 10), r.randint(1, 10)
    return r.choice(["what is ", "how much is "]) + f"{number(a)} times {number(b)}", f"{number(a)} times {number(b)} is {number(a * b)}"


def count(r, m):
    if r.random() < 0.4:
        a, b = 1, r.randint(3, 10)
        user = r.choice(["count to ", "please count to "]) + number(b)
    else:
        a = r.randint(1, 8)
        b = a + r.randint(2, 6)
        user = r.choice(["count from ", "please count from "]) + f"{number(a)} to {number(b)}"
    return user, " ".join(number(i) for i in range(a, b + 1))


def repeat(r, m):
    s = sentence(r)
    return r.choice(["repeat after me ", "please say ", "say "]) + s, s


def spell(r, m):
    w = r.choice(SPELLABLE)
    return r.choice(["spell ", "how do you spell ", "please spell "]) + w, f"{w} is spelled " + " ".join(w)


def capital(r, m):
    k = r.choice(list(CAPITALS))
    return r.choice(["what is the capital of ", "tell me the capital of "]) + k, f"the capital of {k} is {CAPITALS[k]}"


def opposite(r, m):
    k = r.choice(list(OPPOSITES))
    return r.choice(["what is the opposite of ", "tell me the opposite of "]) + k, f"the opposite of {k} is {OPPOSITES[k]}"


def animal(r, m):
    k = r.choice(list(ANIMALS))
    return r.choice([f"what does the {k} say", f"what does a {k} say"]), f"the {k} says {ANIMALS[k]}"


def colour(r, m):
    k = r.choice(list(COLOURS))
    return r.choice([f"what color is the {k}", f"tell me the color of the {k}"]), f"the {k} is {COLOURS[k]}"


def day(r, m):
    i, after = r.randrange(7), r.random() < 0.5
    word = "after" if after else "before"
    return f"what day comes {word} {DAYS[i]}", f"{DAYS[(i + (1 if after else -1)) % 7]} comes {word} {DAYS[i]}"


def month(r, m):
    i, after = r.randrange(12), r.random() < 0.5
    word = "after" if after else "before"
    return f"what month comes {word} {MONTHS[i]}", f"{MONTHS[(i + (1 if after else -1)) % 12]} comes {word} {MONTHS[i]}"


def story(r, m):
    text = r.choice(STORIES).format(a=r.choice(ADJECTIVES), n=r.choice(NOUNS), b=r.choice(ADJECTIVES), m=r.choice(NOUNS))
    return r.choice(["tell me a story", "please tell me a story", "i want to hear a story"]), text


def again(r, m):
    """Asks for the last answer once more; without one the answer says so."""
    user = r.choice(["say that again", "can you repeat that", "what did you say"])
    return user, m.last or "i did not say anything"


# kind: (function, share of requests in training and evaluation, whether an answer needs a heard slot)
KINDS = {
    "hello": (hello, 2, False), "how": (how, 2, False), "who": (who, 2, False), "thanks": (thanks, 2, False),
    "bye": (bye, 2, False), "stop": (stop, 2, False), "name": (name, 3, True), "recall": (recall, 2, True),
    "add": (add, 4, True), "subtract": (subtract, 3, True), "multiply": (multiply, 3, True),
    "count": (count, 3, True), "repeat": (repeat, 4, True), "spell": (spell, 3, True),
    "capital": (capital, 3, True), "opposite": (opposite, 3, True), "animal": (animal, 2, True),
    "colour": (colour, 2, True), "day": (day, 3, True), "month": (month, 3, True), "story": (story, 1, False),
    "again": (again, 1, False),
}


def request(r: random.Random, memory: Memory | None = None, kind: str | None = None) -> Turn:
    """One request; `memory` carries over what earlier turns said. A story is never asked for again."""
    memory = memory if memory is not None else Memory()
    while kind is None or (kind == "again" and not memory.repeatable):
        kind = r.choices(list(KINDS), [share for _, share, _ in KINDS.values()])[0]
    make, _, slot = KINDS[kind]
    user, answer = make(r, memory)
    memory.repeatable = kind not in ("story", "stop")
    memory.last = answer
    return Turn(kind, user, answer, slot)


def is_right(turn: Turn, text: str) -> bool:
    """Whether `text` is the answer: exact, except that a story may fill its blanks freely."""
    if turn.kind != "story":
        return text == turn.answer
    said = text.split()
    return any(
        len(said) == len(words) and all(w.startswith("{") or w == s for w, s in zip(words, said))
        for words in (s.split() for s in STORIES)
    )


def vocabulary() -> list[str]:
    """Every word of the domain, sorted."""
    r, words = random.Random(0), set(REFUSAL.split()) | set(LETTERS)
    for _ in range(40000):
        t = request(r)
        words |= set(t.user.split()) | set(t.answer.split())
    for a in range(100):
        words |= set(number(a).split())
    return sorted(words | set(NAMES) | set(ADJECTIVES) | set(NOUNS))


if __name__ == "__main__":
    r = random.Random(1)
    print(len(vocabulary()))
    for _ in range(30):
        print(request(r))
