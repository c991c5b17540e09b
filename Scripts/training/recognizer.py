"""An independent judge of what was spoken: pocketsphinx with its own English model and the domain's words, all as likely."""

import math
import os
import tempfile

import numpy as np
import pocketsphinx

import domain
from training import edit_distance


class Recognizer:
    """Hears any sequence of the domain's words, all as likely as each other."""

    def __init__(self):
        model = os.path.join(os.path.dirname(pocketsphinx.__file__), "model", "en-us")
        known = {}
        with open(os.path.join(model, "cmudict-en-us.dict")) as f:
            for line in f:
                word = line.split()[0]
                known.setdefault(word.split("(")[0], []).append(line)
        words = [w for w in domain.vocabulary() if w in known]
        folder = tempfile.mkdtemp()
        dictionary, unigrams = os.path.join(folder, "words.dict"), os.path.join(folder, "words.arpa")
        with open(dictionary, "w") as f:
            f.writelines(line for w in words for line in known[w])
        # A flat unigram model: the search shares the words' beginnings, a grammar's loop would not.
        weight = -math.log10(len(words) + 1)
        with open(unigrams, "w") as f:
            f.write(f"\\data\\\nngram 1={len(words) + 2}\n\n\\1-grams:\n-99 <s>\n{weight:.4f} </s>\n")
            f.writelines(f"{weight:.4f} {w}\n" for w in words)
            f.write("\n\\end\\\n")
        self.decoder = pocketsphinx.Decoder(
            hmm=os.path.join(model, "en-us"), dict=dictionary, lm=unigrams, loglevel="FATAL", samprate=16000)

    def __call__(self, x):
        """The words of 16-kHz samples."""
        x = np.concatenate([np.zeros(3200), x / max(0.01, np.abs(x).max()) * 0.5, np.zeros(4800)])
        x = x + np.random.RandomState(0).randn(len(x)) * 2e-4
        self.decoder.start_utt()
        self.decoder.process_raw((np.clip(x, -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
        self.decoder.end_utt()
        hypothesis = self.decoder.hyp()
        return hypothesis.hypstr if hypothesis else ""

    def error_rate(self, pairs):
        """Word error rate over (text, samples)."""
        errors = words = 0
        for text, x in pairs:
            errors += edit_distance(text.split(), self(x).split())
            words += len(text.split())
        return errors / max(1, words)
