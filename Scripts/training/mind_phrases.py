"""Reads the mind's facts and phrases, and splits every list into what is trained and what is kept for testing."""

import os
import re
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))


def kept(item):
    """Whether an entry of a list is kept for testing: about one in ten, by its text."""
    return zlib.crc32(str(item).encode()) % 10 == 0


def half(items, test):
    """The part of a list to train or to test with; a list too short to split serves both."""
    some = [i for i in items if kept(i) == test]
    return some if len(some) > 1 else list(items)


def lines(name):
    with open(os.path.join(HERE, name)) as f:
        return [line.strip() for line in f if line.strip() and not line.startswith("#")]


def sections(name):
    out = {}
    for line in lines(name):
        if line.startswith("== "):
            current = out.setdefault(line[3:], [])
        else:
            current.append(line)
    return out


def phrases():
    """{list: entries}; an entry with "=>" is (questions, answers)."""
    parted = lambda line: tuple([p.strip() for p in side.split(" | ")] for side in line.split("=>")) if "=>" in line else line
    return {name: [parted(line) for line in entries] for name, entries in sections("mind_phrases.txt").items()}


class Relation:
    """One kind of fact: forms of the question and of the answer, and rows of fields."""

    def __init__(self, name, entries):
        self.name = name
        self.asked = [e[1:].strip() for e in entries if e.startswith("?") and not e.startswith("??")]
        self.asked_test = [e[2:].strip() for e in entries if e.startswith("??")]
        self.said = [e[1:].strip() for e in entries if e.startswith("!")]
        self.rows = [tuple(p.strip() for p in e.split(" = ")) for e in entries if e[0] not in "?!"]

    def questions(self, test):
        return (self.asked_test or self.asked) if test else self.asked


def relations():
    return {name: Relation(name, entries) for name, entries in sections("mind_facts.txt").items()}


def article(noun):
    return ("an " if noun[0].lower() in "aeiou" and not noun.startswith(("use", "uni", "eu")) else "a ") + noun


def filled(form, row):
    fields = {}
    for i, value in enumerate(row):
        fields |= {str(i): value, f"a{i}": article(value), f"A{i}": article(value).capitalize()}
    return re.sub(r"{(\w+)}", lambda m: fields[m.group(1)], form)


def sentence(text):
    """As written: begins with a capital and ends with a mark."""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def heard(text):
    """As a recognizer gives it: lower case, no punctuation."""
    return re.sub(r"\s+", " ", re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("-", " "))).strip()
