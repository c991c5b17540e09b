"""Asks a model the everyday questions by voice, in conversations on a virtual clock.

    python ask.py MODEL OUT [--answers answers.tsv] [OPTION OF duet eval]…    DUET=FILE is the executable

`questions.txt` has a conversation a line, its turns separated by "|"; those that begin with "~" lead to a question and are not judged. A Piper
voice speaks them, at six speeds. Writes what was heard and answered to OUT/answers.tsv, a turn a line. A person reads every answer and marks it
(`rule.md`): "+", or "-" and what was wrong. Marks of `--answers` are kept where both texts are the same, and "?" stands where somebody must read.
"""

import argparse
import collections
import csv
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
DUET = os.environ.get("DUET", os.path.join(HERE, "../../.build/release/duet"))
SPEEDS = (0.9, 0.95, 1.0, 1.05, 1.1, 1.15)
COLUMNS = ("id", "kind", "asked", "heard", "answer", "mark", "fault")


def conversations():
    """Kind, and turns as (text, whether it is judged)."""
    kind = None
    with open(os.path.join(HERE, "questions.txt")) as file:
        for line in map(str.strip, file):
            if line.startswith("# "):
                kind = line[2:]
            elif line:
                turns = [turn.strip() for turn in line.split("|")]
                yield kind, [(turn.lstrip("~ "), not turn.startswith("~")) for turn in turns]


def speak(out, talks):
    """WAV files in OUT/spoken, one folder for each speed. Returns each conversation's."""
    files = []
    for i, speed in enumerate(SPEEDS):
        folder = f"spoken/{i}"
        mine = [turn for _, turns in talks[i :: len(SPEEDS)] for turn, _ in turns]
        os.makedirs(f"{out}/{folder}", exist_ok=True)
        if len(os.listdir(f"{out}/{folder}")) != len(mine):
            with open(f"{out}/lines.txt", "w") as file:
                file.write("\n".join(mine) + "\n")
            subprocess.run(
                [DUET, "say", f"{out}/lines.txt", "--lines", "--out", f"{out}/{folder}", "--speed", str(speed), "--seed", str(100 + i)],
                check=True, stdout=subprocess.DEVNULL)
        files.append(iter([f"{folder}/{n:02d}.wav" for n in range(len(mine))]))
    return [[next(files[i % len(SPEEDS)]) for _ in turns] for i, (_, turns) in enumerate(talks)]


def script(talks, files):
    scenes = [
        {
            "id": f"people-turns/{i:03d}", "group": kind, "level": -24, "floor": -62,
            "turns": [{"say": turn, "recording": file} for (turn, _), file in zip(turns, spoken)],
        }
        for i, ((kind, turns), spoken) in enumerate(zip(talks, files))
    ]
    return {"format": 1, "suites": {"people-turns": scenes}}


def rows(report):
    """Of all judged turns, by conversation and turn."""
    with open(report) as file:
        tree = json.load(file)
    found, left = {}, [tree]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if "transcript" in one and "said" in one:
                suite, talk, turn = one["id"].split("/")
                found[int(talk), int(turn)] = one
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--answers", default=os.path.join(HERE, "answers.tsv"))
    a, options = parser.parse_known_args()
    talks = list(conversations())
    os.makedirs(a.out, exist_ok=True)
    files = speak(a.out, talks)
    with open(f"{a.out}/conversations.json", "w") as file:
        json.dump(script(talks, files), file)
    subprocess.run(
        [DUET, "eval", "--model", a.model, "--suite", "people-turns", "--script", f"{a.out}/conversations.json", "--recordings", a.out,
         "--recognized", "0", "--reference", "", "--out", f"{a.out}/report", *options], check=True, stdout=subprocess.DEVNULL)
    known = {}
    if os.path.exists(a.answers):
        with open(a.answers, newline="") as file:
            known = {(r["id"], r["heard"], r["answer"]): (r["mark"], r["fault"]) for r in csv.DictReader(file, delimiter="\t")}
    found, counts = rows(f"{a.out}/report/report.json"), collections.defaultdict(collections.Counter)
    with open(f"{a.out}/answers.tsv", "w", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        for i, (kind, turns) in enumerate(talks):
            for j, (turn, isJudged) in enumerate(turns):
                row = found[i, j]
                heard, answer = " ".join(row["transcript"].split()), " ".join(row["said"].split())
                name = f"{i:03d}/{j}"
                mark = known.get((name, heard, answer), ("?", "")) if isJudged else ("", "")
                table.writerow([name, kind, turn, heard, answer, *mark])
                if isJudged:
                    counts["all"][mark[0]] += 1
                    counts[kind][mark[0]] += 1
                    counts["faults"][mark[1]] += mark[0] == "-"
    for kind, marks in counts.items():
        print(kind, dict(marks))


if __name__ == "__main__":
    main()
