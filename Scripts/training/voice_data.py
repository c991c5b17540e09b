"""Speech to learn the small voice from: Festival's HTS voice of slt reads LJ Speech's texts and our own answers.

    python voice_data.py WEIGHTS FOLDER [--sentences N]

Needs Festival and its package festvox-us-slt-hts. FOLDER/NN.npz has 200 sentences: phones with their ends, and the sound at 16 kHz."""

import argparse
import os
import random
import re
import subprocess
import tempfile

import numpy as np

from voice_symbols import BEGIN, COMMA, END, PHONES, VOWELS, weak_words

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
PART = 200
# Seconds of silence that are kept before the first word and after the last.
BEFORE, AFTER = 0.06, 0.12
SPEAK = """
(set! u (utt.synth (Utterance Text "%s")))
(mapcar (lambda (s) (format t "%d %%s %%s %%s %%s %%s %%s\\n" (item.name s) (item.feat s "end") (item.feat s "R:SylStructure.parent.stress")
  (item.feat s "R:SylStructure.parent.parent.name") (item.feat s "R:SylStructure.p.name") (item.feat s "R:SylStructure.parent.R:SylStructure.p.name")))
  (utt.relation.items u 'Segment))
(utt.save.wave u "%s/%d.wav" 'riff)
"""


def texts(weights):
    """Sentences of 3 to 24 words: two in three of LJ Speech's, the others answers of our own."""
    read = [line.split("|")[2] for line in open(f"{weights}/recordings/dc_tts/LJSpeech-1.1/metadata_all.csv")]
    here = os.path.dirname(os.path.abspath(__file__))
    own = [part.strip() for line in open(here + "/mind_phrases.txt") if "=>" in line for part in line.split("=>")[1].split("|")]
    for name in ("mind_facts.txt", "mind_cloze.txt"):
        own += re.findall(r"[A-Z][A-Za-z' ,]{12,110}[.?!]", open(f"{here}/{name}").read())
    def fit(lines):
        lines = sorted({re.sub(r'["()\[\]\\:;-]+', " ", line).strip() for line in lines})
        lines = [line for line in lines if 3 <= len(line.split()) <= 24 and line.isascii() and not re.search(r"[\d{}<>=_*]", line)]
        random.Random(1).shuffle(lines)
        return lines
    read, own = fit(read), fit(own)
    mixed = []
    while read:
        mixed += [read.pop()] + ([read.pop()] if read else []) + ([own.pop()] if own else [])
    return mixed


def speak(lines, weak):
    """Utterances of the teacher."""
    from scipy.io import wavfile
    from scipy.signal import resample_poly
    with tempfile.TemporaryDirectory() as folder:
        script = "(voice_cmu_us_slt_arctic_hts)\n" + "".join(SPEAK % (line, i, folder, i) for i, line in enumerate(lines))
        open(folder + "/say.scm", "w").write(script)
        out = subprocess.run(["festival", "-b", folder + "/say.scm"], capture_output=True, text=True, check=True).stdout
        segments = {}
        for line in out.splitlines():
            fields = line.split()
            if len(fields) == 7:
                segments.setdefault(int(fields[0]), []).append(fields[1:])
        for i, line in enumerate(lines):
            rate, sound = wavfile.read(f"{folder}/{i}.wav")
            assert rate == 32000
            made = utterance(segments[i], resample_poly(sound.astype(np.float32) / 32768, 1, 2), weak)
            if made:
                yield dict(made, text=line)


def utterance(segments, sound, weak):
    """Phones as [phone, stress, begins a word, kind of silence], their ends in frames of 10 ms, and the sound. None if a phone is unknown."""
    rows, ends, first, last = [], [], None, len(segments) - 1
    for i, (name, end, stress, word, before, syllable) in enumerate(segments):
        if name not in PHONES or (name == "pau" and rows and rows[-1][0] == 0):
            return None
        is_stressed = name in VOWELS and stress == "1" and word.lower() not in weak
        kind = BEGIN if i == 0 else END if i == last else COMMA
        rows.append([PHONES.index(name), int(is_stressed), int(name != "pau" and before == "0" and syllable == "0"), kind if name == "pau" else 0])
        ends.append(float(end))
    if rows[0][0] != 0 or rows[-1][0] != 0 or len(rows) < 5:
        return None
    start = max(0.0, ends[0] - BEFORE)
    ends[-1] = min(ends[-1], ends[-2] + AFTER)
    frames = np.round((np.array(ends) - start) * 100).astype(np.int32)
    sound = sound[int(start * 16000) :][: frames[-1] * 160]
    if len(sound) < frames[-1] * 160 or (np.diff(frames, prepend=0) < 1).any():
        return None
    return dict(phones=np.array(rows, np.int8), ends=frames, sound=(np.clip(sound, -1, 1) * 32767).astype(np.int16))


def load(folder, parts=None):
    """All utterances of a folder."""
    out = []
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".npz"))[:parts]:
        part = np.load(f"{folder}/{name}", allow_pickle=False)
        for i in range(int(part["count"])):
            out.append({key: part[f"{key}{i}"] for key in ("phones", "ends", "sound")} | {"text": str(part[f"text{i}"])})
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("folder")
    parser.add_argument("--sentences", type=int, default=2200)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    weak, lines = weak_words(ROOT), texts(options.weights)[: options.sentences]
    for part in range(0, len(lines), PART):
        path = f"{options.folder}/{part // PART:02d}.npz"
        if os.path.exists(path):
            continue
        made = list(speak(lines[part : part + PART], weak))
        arrays = {f"{key}{i}": value for i, one in enumerate(made) for key, value in one.items()}
        np.savez(path + ".part.npz", count=len(made), **arrays)
        os.replace(path + ".part.npz", path)
        print(f"{path}: {len(made)} of {len(lines[part:part + PART])}, {sum(len(m['sound']) for m in made) / 16000 / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
