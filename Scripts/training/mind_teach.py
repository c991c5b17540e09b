"""Lets the untuned model answer open requests, with six example turns: its own knowledge, in the form that training asks for.

    python mind_teach.py WEIGHTS OUT.jsonl

Resumes; answers that ramble, repeat the request or refuse are dropped.
"""

import json
import os
import re
import sys

import torch

from mind_base import FILE
from mind_decode import generate
from mind_model import Mind

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM = "You are a voice assistant named Duet. Answer every request with one short sentence."
EXAMPLES = (
    ("hello", "Hello! I am doing well. How can I help you?"), ("what is a lighthouse", "A lighthouse is a tower with a strong light that guides ships at night."),
    ("how do i keep bread fresh", "Keep it in a bread box, or slice it and freeze it."), ("tell me about squirrels", "Squirrels climb trees and hide nuts for the winter."),
    ("why do people like music", "Music touches our feelings and brings people together."), ("i want to learn the flute", "Start with simple songs and practice a little every day."))
REFUSES = re.compile(r"\b(i am|i'm|as an ai|sorry|cannot|can't|unable|not sure|i have|i've|i was|my )\b", re.I)


def requests():
    """Every open request, in the order of the file, then mixed by a fixed stride."""
    forms, lists = [], {}
    for line in open(os.path.join(HERE, "mind_open.txt")):
        if line.startswith("= "):
            name, items = line[2:].split(":", 1)
            lists[name] = [i.strip() for i in items.split("|")]
        elif ":" in line and not line.startswith("#"):
            forms.append([part.strip() for part in line.split(":", 1)])
    out = [form.replace("{x}", x) for name, form in forms for x in lists[name]]
    return [out[i * 617 % len(out)] for i in range(len(out))]


def prompt(request):
    turns = [(q, a) for q, a in EXAMPLES]
    text = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n"
    text += "".join(f"<|im_start|>user\n{q}<|im_end|>\n<|im_start|>assistant\n{a}<|im_end|>\n" for q, a in turns)
    return text + f"<|im_start|>user\n{request}<|im_end|>\n<|im_start|>assistant\n"


def acceptable(request, answer):
    """One complete sentence of a spoken length that says something."""
    words = re.findall(r"[a-z']+", answer.lower())
    fresh = set(words) - set(request.split())
    return (5 <= len(words) <= 24 and answer[-1] in ".!" and len(re.findall(r"[.!?](?: |$)", answer)) == 1 and "\n" not in answer
            and len(fresh) >= 4 and not REFUSES.search(answer) and len(set(words)) > 0.7 * len(words))


def main():
    torch.set_num_threads(1)
    weights, path = sys.argv[1:3]
    known = {json.loads(line)[0] for line in open(path)} if os.path.exists(path) else set()
    mind = Mind(os.path.join(weights, FILE), rank=0)
    ids = lambda text: mind.words.encode(text, add_special_tokens=False).ids
    todo = [r for r in requests() if r not in known]
    for start in range(0, len(todo), 48):
        some = todo[start : start + 48]
        answers = [mind.words.decode(out).strip() for out in generate(mind, [ids(prompt(r)) for r in some], 30, 48)]
        with open(path, "a") as f:
            for request, answer in zip(some, answers):
                good = bool(answer) and acceptable(request, answer)
                f.write(json.dumps([request, answer if good else None]) + "\n")
        print(f"{start + len(some)} of {len(todo)}: {some[-1]} -> {answers[-1]}", flush=True)


if __name__ == "__main__":
    main()
