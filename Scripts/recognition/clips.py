"""Held-out recordings of people as WAV files, with what is said in them.

    python clips.py WEIGHTS DATA OUT

WEIGHTS is what `Scripts/fetch-weights` fetched, DATA what `Scripts/training/ear_data.py` wrote. Writes at most 60 files a source, those
that `ear_judge.py` takes, and `texts.json`: the file's name, its source, and its text. Where a corpus has no texts, they are Whisper base's
by CTranslate2, beam 5, full context.
"""

import json
import os
import sys
import wave

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import reference  # noqa: E402
from ear_data import Pool  # noqa: E402

SOURCES, COUNT_MAX = ("speech-to-intent", "asterisk", "wake-word"), 60


def main(weights, data, out):
    pool, base, rows = Pool(data, "held"), reference.Reference(f"{weights}/base", "int8", beam=5), []
    os.makedirs(out, exist_ok=True)
    for source in SOURCES:
        clips = [row for row in pool.rows if row["source"] == source]
        for row in clips[:: -(-len(clips) // COUNT_MAX)]:
            name = f"{source}-{row['start']}.wav"
            with wave.open(os.path.join(out, name), "wb") as f:
                f.setnchannels(1), f.setsampwidth(2), f.setframerate(16000)
                f.writeframes(pool.samples[row["start"] : row["start"] + row["count"]].tobytes())
            known = row["text"] or base(reference.samples(os.path.join(out, name)))
            rows.append(dict(file=name, source=source, text=known, isKnown=bool(row["text"])))
    with open(os.path.join(out, "texts.json"), "w") as f:
        json.dump(rows, f, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
