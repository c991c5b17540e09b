"""Asks a mind the 200 everyday questions through `duet chat`, as its users do: typed at the pace of speech, with the server's skills.

    python mind_chat_judge.py [--jobs 4] [--show] [OPTION OF duet chat]…    DUET=FILE is the executable
"""

import argparse
import collections
import concurrent.futures
import json
import os
import subprocess
import sys

from mind_keywords import acceptable

HERE = os.path.dirname(os.path.abspath(__file__))


def answer(duet, options, turns):
    """What is said after the last turn."""
    done = subprocess.run(
        [duet, "chat", *options], input="\n".join(turns), capture_output=True, text=True, timeout=300)
    if done.returncode:
        sys.exit(done.stderr)
    said = ""
    for line in done.stdout.splitlines():
        columns = line.split("│")
        if len(columns) != 3:
            continue
        # A turn may end more than once, if the user pauses; what is said after its last word counts.
        heard = columns[0].split(maxsplit=1)
        if len(heard) > 1 and heard[1].replace("⏎", "").strip():
            said = ""
        said += columns[2].replace("⏎", "").replace("✂", "").rstrip() + " "
    return " ".join(said.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--show", action="store_true")
    a, options = parser.parse_known_args()
    duet = os.environ.get("DUET", os.path.join(HERE, "../../.build/release/duet"))
    with open(os.path.join(HERE, "mind_questions.json")) as file:
        questions = json.load(file)
    kinds = collections.defaultdict(list)
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for q, text in zip(questions, pool.map(lambda q: answer(duet, options, q["turns"]), questions)):
            good = acceptable(q, text)
            for kind in ("all", q["kind"]):
                kinds[kind].append(good)
            if a.show:
                print("good" if good else "BAD ", q["kind"], " / ".join(q["turns"]), "=>", text, flush=True)
    print("acceptable: " + ", ".join(f"{kind} {sum(v)} of {len(v)}" for kind, v in kinds.items()))


if __name__ == "__main__":
    main()
