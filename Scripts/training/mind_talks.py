"""Makes talks to train and to test the mind with: seeded, from our own facts, phrases and tools.

A talk is a list of turns [role, text, cut]. Users' text is as heard. `cut` marks a turn that ended too early: a user who had not
finished, or an assistant who was interrupted. Control tokens stand as <idle> and <resume>.
"""

import json
import os
import random
import re

import mind_limits
import mind_told
import mind_tools
from mind_phrases import filled, half, heard, kept, phrases, relations, sentence

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM = "You are Duet, a friendly voice assistant. Answer in one short spoken sentence."
SYSTEMS = (
    "You are Duet, a voice assistant. Keep your answers short.", "You are a helpful voice assistant named Duet.", "You are Duet. You speak with people on the phone. Answer briefly.",
    "Your name is Duet. Answer in one short sentence.", "You are a friendly assistant that speaks with the user. Use short sentences.", "Answer in one short spoken sentence.")
IDLE, RESUME = "<idle>", "<resume>"
# Words after which a sentence goes on.
HANGING = set(
    "a an the of is are was were am be to in on at for from with about by and or but if that which what who where when why how do does did can could would should will may my your his her our their"
    " this these many much some any me tell give explain into than as between i we they it's what's has have had need want whose whether because before after first next".split())
ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def spoken(n):
    if n < 0:
        return "minus " + spoken(-n)
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + ("-" + ONES[n % 10] if n % 10 else "")
    return ONES[n // 100] + " hundred" + (" and " + spoken(n % 100) if n % 100 else "")


class Maker:
    def __init__(self, seed, test=False, taught=(), banned=()):
        """`taught`: (request, answer) pairs of the untuned model. `banned`: requests that must not occur."""
        self.r, self.test, self.p, self.relations = random.Random(seed), test, phrases(), relations()
        self.taught, self.banned = half([tuple(t) for t in taught], test), set(banned)
        self.words = [w.strip().lower() for w in open(os.path.join(HERE, "words.txt"))]

    def pick(self, name):
        entry = self.r.choice(half(self.p[name], self.test))
        return entry

    def pair(self, name):
        """A question and an answer from a list of both."""
        asked, said = self.r.choice(self.p[name])
        return self.r.choice(half(asked, self.test)), self.r.choice(said)

    # Exchanges: (request, answer).

    def fact(self, name=None, row=None):
        names = [n for n in self.relations if n not in ("eat",)]
        weights = [len(self.relations[n].rows) ** 0.7 for n in names]
        relation = self.relations[name or self.r.choices(names, weights)[0]]
        row = row or self.r.choice(half(relation.rows, self.test))
        asked, said = self.r.choice(relation.questions(self.test)), self.r.choice(relation.said)
        return heard(filled(asked, row)), sentence(filled(said, row))

    def open(self):
        return self.r.choice(self.taught) if self.taught else self.fact()

    def total(self):
        a, b = self.r.randint(1, 20), self.r.randint(1, 20)
        kind = self.r.choice(("plus", "minus", "times", "half", "double"))
        if kind == "half":
            return self.r.choice((f"what is half of {spoken(2 * a)}", f"half of {spoken(2 * a)}")), f"Half of {spoken(2 * a)} is {spoken(a)}."
        if kind == "double":
            return f"what is twice {spoken(a)}", f"Twice {spoken(a)} is {spoken(2 * a)}."
        if kind == "minus":
            a += b
        if kind == "times":
            a, b = a % 12 + 1, b % 12 + 1
        n = {"plus": a + b, "minus": a - b, "times": a * b}[kind]
        text = f"{spoken(a)} {kind} {spoken(b)}"
        asked = self.r.choice(("what is {}", "how much is {}", "what's {}", "{}", "tell me {}")).format(text)
        return heard(asked), sentence(f"{text} is {spoken(n)}")

    def spell(self):
        word = self.r.choice(self.words)
        if not word.isalpha() or len(word) > 7:
            return self.repeat()
        return self.r.choice((f"spell {word}", f"how do you spell {word}", f"can you spell {word}")), ", ".join(word.upper()) + "."

    def repeat(self):
        text = self.r.choice((self.fact()[0], self.pair("talk")[0], " ".join(self.r.sample(self.words, 3))))
        return self.r.choice(("repeat after me {}", "say {}", "please say {}", "repeat {}")).format(text), sentence(text)

    def small(self):
        return self.pair("talk")

    def honest(self):
        """What it cannot do or know."""
        if self.r.random() < 0.35:
            return self.pair("honest")
        return mind_limits.limit(self, self.r.choice((mind_limits.DEEDS, mind_limits.UNKNOWN)))

    def danger(self):
        return self.pair("danger") if self.r.random() < 0.55 else mind_limits.crime(self)

    def exchange(self):
        kinds = (self.fact, self.open, self.small, self.honest, self.danger, self.total, self.spell, self.repeat, lambda: self.pair("harmless"), self.long, lambda: self.fact("eat"))
        return self.r.choices(kinds, (38, 8, 24, 11, 8, 2, 1, 1, 2, 3, 3))[0]()

    # Statements of several sentences.

    def long(self):
        return self.r.choice((self.country, self.animal, lambda: self.pair("long"), lambda: self.pair("long"), self.several))()

    def country(self):
        capital = dict(half(self.relations["capital"].rows, self.test))
        name = self.r.choice(list(capital))
        parts = [f"{name} is a country in {c}" for n, c in self.relations["continent"].rows if n == name] + [f"the capital of {name} is {capital[name]}"]
        parts += [f"people there speak {l}" for n, l in self.relations["language"].rows if n == name] + [f"they pay with {m}" for n, m in self.relations["currency"].rows if n == name]
        if len(parts) < 2:
            return self.pair("long")
        asked = self.r.choice(("tell me about {}", "what do you know about {}", "tell me more about {}", "describe {}", "i want to know everything about {}"))
        return heard(asked.format(name)), " ".join(sentence(p) for p in parts)

    def animal(self):
        eats, lives = dict(self.relations["food"].rows), dict(self.relations["lives"].rows)
        name = self.r.choice(half(sorted(set(eats) & set(lives)), self.test))
        one = name[:-1] if name.endswith("s") else name
        parts = [f"{name} live {lives[name]}", f"they eat {eats[name]}"] + [f"{self.article(one)} is {self.article(c)}" for n, c in self.relations["class"].rows if n == one]
        parts += [f"a young {one} is called a {b}" for n, b in self.relations["baby"].rows if n == one]
        return self.r.choice(("tell me about {}", "what do you know about {}", "tell me more about {}", "i want to hear about {}")).format(name), " ".join(sentence(p) for p in parts)

    def article(self, noun):
        return ("an " if noun[0] in "aeiou" else "a ") + noun

    def several(self):
        rows = self.r.sample(half(self.relations["define"].rows, self.test), 2)
        asked = "what is {} and what is {}" if self.r.random() < 0.5 else "explain {} and {}"
        return heard(asked.format(rows[0][0], rows[1][0])), " ".join(sentence(f"{a} is {b}") for a, b in rows)

    def spoken(self, n):
        return spoken(n)

    # What happens to a request on its way.

    def misheard(self, text):
        words = text.split()
        for _ in range(8):
            i = self.r.randrange(len(words))
            near = [w for w in self.words if w != words[i] and w[:1] == words[i][:1] and abs(len(w) - len(words[i])) < 2 and sum(a != b for a, b in zip(w, words[i])) <= 2]
            if len(words[i]) > 3 and near:
                return " ".join(words[:i] + [self.r.choice(near)] + words[i + 1 :])
        return text

    def hesitant(self, text):
        """Fillers, repeated words, restarts."""
        words = text.split()
        for _ in range(self.r.choice((1, 1, 2))):
            i = self.r.randint(0, len(words) - 1)
            if self.r.random() < 0.6:
                words[i:i] = self.pick("filler").split()
            else:
                words[i:i] = words[max(0, i - self.r.randint(1, 2)) : i]
        if self.r.random() < 0.2:
            false = self.fact()[0].split()
            words = false[: self.r.randint(2, max(2, len(false) - 1))] + self.r.choice(("no wait", "uh no", "i mean", "sorry no", "or rather")).split() + words
        return " ".join(words)

    def said(self, text):
        """A request as it is heard."""
        plain = not re.match(r"(hello|hi|hey|good|bye|thank|yes|no|i )", text)
        if plain and self.r.random() < 0.2:
            text = self.pick("prefix") + " " + text
        if plain and self.r.random() < 0.1:
            text += " " + self.pick("suffix")
        if self.r.random() < 0.22:
            text = self.hesitant(text)
        if self.r.random() < 0.1:
            text = self.misheard(text)
        return text

    def split(self, text):
        """A request that a pause cuts in two: the pieces."""
        words = text.split()
        if len(words) < 4:
            return [text]
        open_ends = [i for i in range(2, len(words)) if words[i - 1] in HANGING]
        i = self.r.choice(open_ends) if open_ends and self.r.random() < 0.7 else self.r.randint(2, len(words) - 1)
        first = words[:i] + (self.pick("filler").split() if i not in open_ends or self.r.random() < 0.3 else [])
        return [" ".join(first), " ".join(words[i:])]

    # Talks.

    def asked(self, text, answer):
        """Turns of one exchange; sometimes the user pauses so long that the mind is asked too early, and idles."""
        text = self.said(text)
        parts = self.split(text) if self.r.random() < 0.13 else [text]
        turns = []
        for part in parts[:-1]:
            turns += [["user", part, True], ["assistant", IDLE, False]]
        return turns + [["user", parts[-1], False], ["assistant", answer, False]]

    def plain(self):
        turns = self.asked(*self.exchange())
        roll = self.r.random()
        if roll < 0.12:
            turns += [["user", self.pick("settled"), False], ["assistant", IDLE, False]]
        elif roll < 0.2:
            turns += [["user", self.r.choice(self.p["again"]), False], ["assistant", turns[-1][1], False]]
        return turns

    def interrupted(self):
        """The paper's forms: a statement is cut off, and then it ends, is continued, or gives way (Duplex Models, arXiv 2406.15718)."""
        asked, answer = self.long() if self.r.random() < 0.6 else self.exchange()
        words = answer.split(" ")
        if len(words) < 4:
            return self.plain()
        turns = self.asked(asked, answer)
        at = self.r.randint(1, len(words) - 2)
        if words[at - 1][-1] in ".!?":
            at += 1
        turns[-1] = ["assistant", " ".join(words[:at]), True]
        return self.after_cut(turns, " ".join(words[at:]), answer)

    def after_cut(self, turns, rest, answer):
        roll = self.r.random()
        if roll < 0.24:
            return turns + [["user", self.pick("backchannel"), False], ["assistant", f"{RESUME} {rest}", False]]
        if roll < 0.45:
            turns += [["user", self.pick("stop"), False], ["assistant", IDLE, False]]
            if self.r.random() < 0.3:
                turns += [["user", self.pick("goon"), False], ["assistant", f"{RESUME} {rest}", False]]
            return turns
        if roll < 0.5:
            return turns + [["user", self.pick("again"), False], ["assistant", answer, False]]
        if roll < 0.55:
            return turns + [["user", self.beside(), False], ["assistant", IDLE, False], ["user", self.pick("goon"), False], ["assistant", f"{RESUME} {rest}", False]]
        text, other = self.exchange()
        if roll < 0.83:
            return turns + [["user", f"{self.pick('aside question')} {self.said(text)}", False], ["assistant", f"{other} {RESUME} {rest}", False]]
        lead = self.pick("instead") + " " if self.r.random() < 0.7 else ""
        return turns + [["user", lead + self.said(text), False], ["assistant", other, False]]

    def beside(self):
        """What is not said to the assistant."""
        return self.pick("aside") if self.r.random() < 0.5 else mind_limits.aside(self)

    def aside(self):
        turns = [["user", self.beside(), False], ["assistant", IDLE, False]]
        if self.r.random() < 0.4:
            turns += [["user", self.beside(), False], ["assistant", IDLE, False]]
        if self.r.random() < 0.4:
            asked, answer = self.pair("back")
            turns += [["user", asked, False], ["assistant", answer, False]]
        return turns

    def unfinished(self):
        """A half sentence after which nothing comes for a while: the mind waits, then the user says something else."""
        text = self.pick("open") if self.r.random() < 0.5 else " ".join(self.exchange()[0].split()[: self.r.randint(2, 4)])
        if len(text.split()) < 2 or text in self.finished() or text.split()[-1] not in HANGING:
            return self.plain()
        asked, answer = self.exchange()
        return [["user", text, True], ["assistant", IDLE, False], ["user", self.r.choice(("", "sorry ", "okay ", "no ", "never mind ")) + self.said(asked), False], ["assistant", answer, False]]

    def finished(self):
        """Requests that are whole although they are short."""
        if not hasattr(self, "_finished"):
            self._finished = {q for name in ("talk", "honest", "danger", "back") for asked, _ in self.p[name] for q in asked} | set(self.p["stop"]) | set(self.p["settled"])
        return self._finished

    def told(self):
        return mind_told.told(self)

    def follow(self):
        """A second question that leans on the first."""
        relation = self.relations[self.r.choice(("capital", "language", "currency", "opposite", "baby", "legs", "color", "wrote", "invented", "painted", "after", "translate", "continent", "city"))]
        rows = self.r.sample(half(relation.rows, self.test), 2)
        if relation.name == "city" or (relation.name == "capital" and self.r.random() < 0.5):
            return self.chain()
        first = self.fact(relation.name, rows[0])
        if relation.name == "translate":
            rows[1] = self.r.choice([row for row in relation.rows if row[1] == rows[0][1]])
        object = article_of(relation, rows[1][0])
        form = self.r.choice(("and {}", "what about {}", "and what about {}", "how about {}", "and for {}"))
        if relation.name in ("capital",):
            form = self.r.choice((form, "and of {}", "and the capital of {}"))
        if relation.name in ("language", "currency"):
            form = self.r.choice((form, "and in {}"))
        if relation.name == "opposite":
            form = self.r.choice((form, "and of {}", "and the opposite of {}"))
        return self.asked(*first) + self.asked(heard(form.format(object)), sentence(filled(self.r.choice(relation.said), rows[1])))

    def chain(self):
        """Country, capital, language, money: "there", "that country"."""
        capital, language, money = (dict(self.relations[n].rows) for n in ("capital", "language", "currency"))
        name = self.r.choice(half([c for c in capital if c in language], self.test))
        first = self.r.choice((self.fact("capital", (name, capital[name])), (f"where is {capital[name].lower()}", f"{capital[name]} is in {name}."), (f"i am going to {heard(name)} next week", f"That sounds nice! {sentence(name)[:-1]} is beautiful.")))
        second = [(self.r.choice(("and what language do they speak there", "what do people speak there", "which language do i need there")), f"They speak {language[name]} there.")]
        second += [("and how do i pay there", f"You pay with {money[name]} there."), ("what money do they use there", f"They use {money[name]} there.")] if name in money else []
        second += [(self.r.choice(("what is the capital", "and the capital", "what is its capital")), f"The capital is {capital[name]}.")] if capital[name].lower() not in first[0] + first[1].lower() else []
        return self.asked(*first) + self.asked(*self.r.choice(second))

    def system(self):
        roll = self.r.random()
        return SYSTEM if roll < 0.6 else self.r.choice(SYSTEMS) if roll < 0.95 else None

    def ordinary(self):
        turns = [["system", s, False]] if (s := self.system()) else []
        kinds = (self.plain, self.interrupted, self.aside, self.unfinished, self.told, self.follow)
        for _ in range(self.r.choice((1, 2, 2, 3, 3, 4))):
            turns += self.r.choices(kinds, (36, 29, 7, 5, 11, 12))[0]()
        return turns

    def persona(self):
        """Instructions of a user's own, which must be followed."""
        from mind_personas import persona

        return persona(self)

    def tools(self):
        """Some tools are offered; requests for one are calls, others are answered as always."""
        r, p = self.r, self.pick
        used = [mind_tools.tool(r, p, self.test) for _ in range(r.choice((1, 1, 2, 2)))]
        spare = [mind_tools.tool(r, p, self.test)[0] for _ in range(r.choice((0, 0, 1, 1)))]
        schemas = {s["name"]: s for s in [u[0] for u in used] + spare}
        offered = list(schemas.values())
        r.shuffle(offered)
        lead = self.r.choice((SYSTEM, SYSTEM, "You are Duet, a voice assistant.", self.r.choice(SYSTEMS)))
        turns = [["system", lead + "\n\n" + mind_tools.listing(r, offered), False]]
        for described, words, arguments, result, said in used:
            if schemas[described["name"]] is not described:
                continue
            call = mind_tools.call(described["name"], arguments)
            turns += self.asked(heard(words), call) + [["tool", mind_tools.response(result), False], ["assistant", said, False]]
            if r.random() < 0.5:
                turns += self.without(schemas)
        return turns if r.random() < 0.75 else turns[:1] + self.without(schemas) + turns[1:]

    def without(self, schemas):
        """A turn that needs no tool, or one that is not there."""
        roll = self.r.random()
        if roll < 0.3:
            asked, answer = self.r.choice((self.small, self.fact))()
            return self.asked(asked, answer)
        if roll < 0.45:
            return [["user", self.beside() if roll < 0.38 else self.pick("settled"), False], ["assistant", IDLE, False]]
        if roll < 0.65:
            asked, answer = self.honest()
        else:
            described, words, *_ = mind_tools.tool(self.r, self.pick, self.test)
            asked, answer = heard(words), self.r.choice(("I am sorry, I cannot do that.", "I have no way to do that, I am sorry.", "That is not something I can do."))
        if set(asked.split()) & {w for name in schemas for w in re.split("[_ ]|(?=[A-Z])", name.lower()) if len(w) > 3}:
            return self.plain()
        return self.asked(asked, answer)

    def talk(self):
        while True:
            talk = self.r.choices((self.ordinary, self.persona, self.tools), (68, 11, 21))[0]()
            if not any(known(text, self.banned) for role, text, _ in talk if role == "user"):
                return talk


def known(text, banned):
    """Whether a turn holds one of the requests word for word; very short ones are everybody's."""
    return any(text == b or (len(b.split()) > 3 and b in text) for b in banned)


def article_of(relation, noun):
    return ("an " if noun[0].lower() in "aeiou" else "a ") + noun if relation.name in ("baby", "legs") else noun


def load(path):
    return [json.loads(line) for line in open(path)] if os.path.exists(path) else []
