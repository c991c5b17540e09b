"""Asks the mind 200 everyday questions and tools it has never seen, and judges the answers by keywords.

    python mind_judge.py WEIGHTS MODEL|untuned [--show] [--tools 120]

An answer is acceptable if it is short and whole, holds one of the question's words, and none of its forbidden ones (mind_questions.json).
"""

import argparse
import collections
import json
import os
import re

import mind_tools
import torch
from mind_base import IDLE, RESUME
from mind_decode import generate
from mind_keywords import acceptable
from mind_measure import Prompt, prepared
from mind_phrases import heard
from mind_talks import HERE, SYSTEM, Maker
from mind_teach import EXAMPLES, SYSTEM as TEACHER

def answers(mind, tuned, questions):
    """The last answer to each question; earlier turns are answered by the mind itself."""
    prompts = []
    for _ in questions:
        prompts.append(Prompt(mind.words, SYSTEM if tuned else TEACHER))
        if not tuned:
            for asked, said in EXAMPLES:
                prompts[-1].add("user", asked)
                prompts[-1].add("assistant", said)
    out = [""] * len(questions)
    for turn in range(max(len(q["turns"]) for q in questions)):
        some = [i for i, q in enumerate(questions) if len(q["turns"]) > turn]
        asked = [prompts[i].ids + prompts[i].head("user") + prompts[i].plain(questions[i]["turns"][turn]) + prompts[i].tail() for i in some]
        for i, ids in zip(some, generate(mind, asked, 48)):
            out[i] = mind.words.decode([t for t in ids if t not in (IDLE, RESUME)]).strip()
            prompts[i].add("user", questions[i]["turns"][turn])
            prompts[i].add("assistant", out[i] or "<empty_output>")
    return out


def judge(mind, tuned, show):
    questions = json.load(open(os.path.join(HERE, "mind_questions.json")))
    said = answers(mind, tuned, questions)
    kinds = collections.defaultdict(list)
    for q, text in zip(questions, said):
        good = acceptable(q, text)
        for kind in ("all", q["kind"]) + (() if q.get("skill") or q["kind"] == "safety" else ("without skills",)):
            kinds[kind].append(good)
        if show:
            print("good" if good else "BAD ", q["kind"], " / ".join(q["turns"]), "=>", text)
    print("acceptable: " + ", ".join(f"{k} {sum(v)} of {len(v)}" for k, v in kinds.items()), flush=True)
    lengths = sorted(len(mind.words.encode(t, add_special_tokens=False).ids) for t in said)
    print(f"tokens of an answer: median {lengths[len(lengths) // 2]}, largest {lengths[-1]}", flush=True)


def called(mind, ids):
    """(name, arguments) of a call, or None."""
    match = re.match(r"\s*<tool_call>\s*({.*})\s*</tool_call>", mind.words.decode(ids), re.S)
    try:
        call = json.loads(match.group(1))
        return call["name"], call["arguments"]
    except (AttributeError, ValueError, KeyError, TypeError):
        return None


def judge_tools(mind, count, show):
    """Tools of kinds, verbs and things that training never saw: right name, right call, and no call where none fits."""
    maker, jobs = Maker(99, True), []
    for i in range(count):
        make = mind_tools.written if i % 2 else mind_tools.composed
        right = make(maker.r, maker.pick, True)
        spare = [mind_tools.tool(maker.r, maker.pick, True)[0] for _ in range(2)]
        fits = i % 5 != 4
        offered = [s for s in ([right[0]] if fits else []) + spare if not (s["name"] == right[0]["name"] and s is not right[0])]
        maker.r.shuffle(offered)
        prompt = Prompt(mind.words, SYSTEM + ("\n\n" + mind_tools.listing(maker.r, offered) if offered else ""))
        jobs.append((right, fits, make.__name__, prompt.ids + prompt.head("user") + prompt.plain(heard(right[1])) + prompt.tail()))
    hits = collections.defaultdict(list)
    for (right, fits, kind, _), ids in zip(jobs, generate(mind, [j[3] for j in jobs], 72, 24)):
        call = called(mind, ids)
        if fits:
            hits["the right tool, " + kind].append(bool(call) and call[0] == right[0]["name"])
            hits["the whole call, " + kind].append(call == (right[0]["name"], right[2]))
        else:
            hits["no call where none fits"].append("<tool_call>" not in mind.words.decode(ids))
        if show:
            print(fits, right[1], right[0]["name"], right[2], "=>", mind.words.decode(ids))
    print("tools: " + ", ".join(f"{k} {sum(v)} of {len(v)}" for k, v in sorted(hits.items())), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("model")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--tools", type=int, default=120)
    a = parser.parse_args()
    torch.set_num_threads(1)
    mind, tuned = prepared(a.model, a.weights)
    judge(mind, tuned, a.show)
    if a.tools:
        judge_tools(mind, a.tools, a.show)


if __name__ == "__main__":
    main()
