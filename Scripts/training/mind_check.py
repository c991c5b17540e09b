"""Checks that no question of the test is trained word for word, and says how many of its facts are trained in other words.

    python mind_check.py [--talks 5000]
"""

import argparse
import json
import os

from mind_phrases import filled, heard, relations, sentence
from mind_talks import HERE, Maker, known


def trained_facts():
    """(words of the question's fields, the answer) of every fact that is trained."""
    from mind_phrases import half

    out = []
    for relation in relations().values():
        for row in half(relation.rows, False):
            out.append((set(heard(row[0]).split()), heard(" ".join(row[1:]) + " " + sentence(filled(relation.said[0], row)))))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--talks", type=int, default=5000)
    a = parser.parse_args()
    questions = json.load(open(os.path.join(HERE, "mind_questions.json")))
    last = [q["turns"][-1] for q in questions]
    maker, found = Maker(0, banned=last), set()
    for _ in range(a.talks):
        for role, text, _ in maker.talk():
            if role == "user":
                found |= {b for b in last if known(text, [b])}
    free, seen = Maker(0), set()
    for _ in range(a.talks):
        seen |= {text for role, text, _ in free.talk() if role == "user"}
    facts = trained_facts()
    fact = [q for q in questions if q["kind"] == "fact"]
    taught = [q for q in fact if any(subject <= set(q["turns"][-1].replace("'s", "").split()) and any(k.lower() in answer for k in q["accept"]) for subject, answer in facts)]
    print(f"{a.talks} talks: {len(found)} of {len(last)} questions trained word for word; without the check {len(seen & set(last))} would be")
    print(f"facts asked: {len(fact)}, of them trained in other words: {len(taught)}")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
