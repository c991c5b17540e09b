"""Word errors and processor time of our recogniser beside CTranslate2's on the same files.

    python compare.py WEIGHTS CLIPS MODEL COMMAND...

CLIPS is what `clips.py` wrote; MODEL is tiny.en or base; COMMAND is a way to call us without the files, such as `.build/release/duet hear
--json --recognizer .weights/tiny.en`: one line of JSON a file, with `file` and `text`. Without COMMAND, CTranslate2 alone.
"""

import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import reference  # noqa: E402
from ear_data import plain  # noqa: E402
from training import edit_distance  # noqa: E402


def score(name, rows, heard):
    """Prints word error rates by source."""
    cells, all_wrong, all_count = [], 0, 0
    for source in dict.fromkeys(row["source"] for row in rows):
        these = [row for row in rows if row["source"] == source]
        wrong = sum(edit_distance(plain(row["text"]).split(), plain(heard[row["file"]]).split()) for row in these)
        count = sum(len(plain(row["text"]).split()) for row in these)
        cells.append(f"{source} {100 * wrong / count:.1f} % of {count}")
        all_wrong, all_count = all_wrong + wrong, all_count + count
    print(f"{name}: {', '.join(cells)}; all {100 * all_wrong / all_count:.1f} %", flush=True)


def ours(clips, rows, command):
    begun = os.times()
    files = [os.path.join(clips, row["file"]) for row in rows]
    lines = subprocess.run([*command, *files], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    used = os.times()
    print(f"ours: {used.children_user + used.children_system - begun.children_user - begun.children_system:.1f} s of processor time")
    return {os.path.basename(line["file"]): line["text"] for line in map(json.loads, lines)}


def main(weights, clips, model, *command):
    with open(os.path.join(clips, "texts.json")) as f:
        rows = json.load(f)
    kept = os.path.join(clips, f"ctranslate2-{model}.json")
    if not os.path.exists(kept):
        heard = {}
        for kind in ("float32", "int8"):
            recogniser, begun = reference.Reference(f"{weights}/{model}", kind), time.process_time()
            heard[kind] = {row["file"]: recogniser(reference.samples(os.path.join(clips, row["file"]))) for row in rows}
            heard[kind + " seconds"] = time.process_time() - begun
        with open(kept, "w") as f:
            json.dump(heard, f, indent=1)
    with open(kept) as f:
        heard = json.load(f)
    for kind in ("float32", "int8"):
        score(f"CTranslate2 {kind}, greedy, 30 s ({heard[kind + ' seconds']:.1f} s of processor time)", rows, heard[kind])
    if command:
        score("ours", rows, ours(clips, rows, command))


if __name__ == "__main__":
    main(*sys.argv[1:])
