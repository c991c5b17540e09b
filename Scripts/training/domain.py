"""What Duet's bundled model can talk about: requests, answers, and the words of both.

Every text is ours (CC0). A request is generated from a `random.Random`; the same seed gives
the same request. `KINDS` is the table: adding a kind is one function and one line.
"""

import os
import random
from dataclasses import dataclass

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
# Common English words, for repetition, for requests outside the domain, and for the pieces of any other word.
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "words.txt")) as _file:
    WORDS = _file.read().split()
OTHER_PLACES = (
    "america brazil canada mexico india kenya finland holland denmark peru chile cuba iran iraq turkey israel hungary iceland "
    "korea vietnam thailand australia scotland"
).split()
# Requests outside the domain: {w} is any word, {n} a name. The evaluation uses others: domain.STRANGE_HELD_OUT.
STRANGE = (
    "what is the weather in {w}|play some {w} music|play {w} for me|turn on the {w}|turn off the {w}|call my {w}|where is the {w}|"
    "how far is the {w}|how old are you|how do i cook {w}|when does the {w} open|who wrote {w}|who is {n}|where does {n} live|"
    "can you sing|can you dance with me|tell me a joke|what time is it|set a timer for {w} minutes|wake me up at {w}|"
    "send a message to {n}|buy some {w}|order a {w} for me|what is {w} made of|why is the {w} so {w}|how many {w} are there|"
    "translate {w} into french|what is the meaning of {w}|find a {w} near me|read me the news|who won the game|"
    "how tall is {n}|open the {w}|close the {w}|show me a picture of {w}|write a letter to {n}|how do i get to the {w}|"
    "is it going to {w} today|remind me to {w}|what should i {w} tonight|do you like {w}|can you help me with my {w}|"
    "what is the best {w}|how much does a {w} cost|where can i find {w}|did {n} call|book a table for {w}|"
    "what is the population of {p}|how do you say {w} in german|what does {w} mean|what is the square root of {w}|"
    "who is the king of {p}|what happened to the {w}|what is the capital of {p}|what is {w} plus {w}|i want to {w} the {w}|"
    "what color is the {w}|what is the opposite of {w}|what does the {w} say|spell the word {w} backwards|my {w} is {w}"
).split("|")
STRANGE_HELD_OUT = (
    "what is on television tonight|how is the traffic on the way to work|please feed the {w}|do you know any good restaurants|"
    "what did {n} say about the {w}|how long does it take to learn the {w}|are you a robot|which team is the best|"
    "pick a card|can you drive a {w}|sing me a song about {w}|what is the price of {w}|where were you born|have you seen my {w}|"
    "should i wear a {w}|what is the tallest {w} in the world|who was the first president|please water the {w}|"
    "how do planes fly|i need a {w} and a {w}|what movie should we watch|when is the next train to {p}|did it rain in {p}|"
    "give me a recipe with {w}|how do i fix a {w}"
).split("|")


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


def open_sentence(r: random.Random) -> str:
    """Three to six common words in no meaningful order."""
    return " ".join(r.choice(WORDS) for _ in range(r.randint(3, 6)))


def strange(r: random.Random, templates=None) -> str:
    """A request that Duet has no answer to."""
    known = set(COLOURS) | set(OPPOSITES) | set(OPPOSITES.values()) | set(ANIMALS) | set(ONES)
    while True:
        template = r.choice(templates or STRANGE)
        words = [r.choice(WORDS) for _ in range(template.count("{w}"))]
        if not known & set(words):
            break
    for w in words:
        template = template.replace("{w}", w, 1)
    return template.replace("{n}", r.choice(NAMES)).replace("{p}", r.choice(OTHER_PLACES))


@dataclass
class Memory:
    """What earlier turns of a talk left behind."""

    name: str | None = None
    word: str | None = None
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
    return r.choice(["stop", "please stop", "stop it", "be quiet", "that is enough", "wait", "wait a moment", "hold on"]), "okay"


def name(r, m):
    m.name = r.choice(NAMES)
    return r.choice(["my name is ", "i am called ", "hello my name is ", "call me "]) + m.name, "nice to meet you " + m.name


def recall(r, m):
    """Asks for the name given before; without one the answer says so."""
    user = r.choice(["what is my name", "do you know my name", "who am i"])
    return user, f"your name is {m.name}" if m.name else "i do not know your name"


def remember(r, m):
    """Gives a word to keep."""
    m.word = r.choice(SPELLABLE)
    return r.choice(["remember the word ", "please remember the word ", "the secret word is "]) + m.word, f"i will remember {m.word}"


def reveal(r, m):
    """Asks for the word given before; without one the answer says so."""
    user = r.choice(["what was the word", "what is the secret word", "do you remember the word"])
    return user, f"the word is {m.word}" if m.word else "you did not give me a word"


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


def echo(r, m):
    """Repeat-after-me with any words."""
    s = open_sentence(r)
    return r.choice(["repeat after me ", "please say ", "say "]) + s, s


def unknown(r, m):
    return strange(r), REFUSAL


def go_on(r, m):
    """Asks for the rest of an answer that was cut off; with nothing to go on with, the answer says so."""
    return r.choice(["go on", "please go on", "continue", "carry on"]), "i did not say anything"


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
    "remember": (remember, 2, True), "reveal": (reveal, 2, True),
    "add": (add, 7, True), "subtract": (subtract, 6, True), "multiply": (multiply, 3, True),
    "count": (count, 3, True), "repeat": (repeat, 5, True), "echo": (echo, 9, True), "spell": (spell, 3, True),
    "capital": (capital, 3, True), "opposite": (opposite, 3, True), "animal": (animal, 2, True),
    "colour": (colour, 2, True), "day": (day, 2, True), "month": (month, 2, True), "story": (story, 2, False),
    "again": (again, 3, False), "go_on": (go_on, 1, False), "unknown": (unknown, 6, False),
}


def request(r: random.Random, memory: Memory | None = None, kind: str | None = None) -> Turn:
    """One request; `memory` carries over what earlier turns said. A story is never asked for again."""
    memory = memory if memory is not None else Memory()
    while kind is None or (kind == "again" and not memory.repeatable):
        kind = r.choices(list(KINDS), [share for _, share, _ in KINDS.values()])[0]
    make, _, slot = KINDS[kind]
    user, answer = make(r, memory)
    memory.repeatable = kind not in ("story", "stop", "go_on")
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
    kinds = [k for k in KINDS if k not in ("echo", "unknown")]
    for i in range(40000):
        t = request(r, kind=kinds[i % len(kinds)])
        words |= set(t.user.split()) | set(t.answer.split())
    for a in range(100):
        words |= set(number(a).split())
    return sorted(words | set(NAMES) | set(ADJECTIVES) | set(NOUNS))


if __name__ == "__main__":
    r = random.Random(1)
    print(len(vocabulary()))
    for _ in range(30):
        print(request(r))
