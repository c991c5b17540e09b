"""What a recogniser that has nothing to do with Duet hears: pocketsphinx with its own English model."""

import array
import os
import random
import subprocess
import wave

MODEL = "/usr/share/pocketsphinx/model/en-us"
RATE = 16000
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
VOCABULARY = DAYS + ["comes", "after"]


class Ears:
    """Any sequence of the vocabulary's words, all as likely."""

    def __init__(self, folder):
        self.folder = folder
        with open(f"{MODEL}/cmudict-en-us.dict") as file:
            # Alternative pronunciations are listed as "word(2)".
            known = [line for line in file if line.split()[0].split("(")[0] in VOCABULARY]
        with open(f"{folder}/words.dict", "w") as file:
            file.writelines(known)
        weight = "-1.0"
        grams = ["-99 <s>", f"{weight} </s>"] + [f"{weight} {word}" for word in VOCABULARY]
        with open(f"{folder}/words.arpa", "w") as file:
            file.write("\n".join(["\\data\\", f"ngram 1={len(grams)}", "", "\\1-grams:", *grams, "", "\\end\\", ""]))

    def words(self, samples):
        """Of 16-bit samples at 16 kHz."""
        path = f"{self.folder}/clip"
        with wave.open(path + ".wav", "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(prepared(samples).tobytes())
        with open(path + ".list", "w") as file:
            file.write("clip\n")
        subprocess.run(
            ["pocketsphinx_batch", "-hmm", f"{MODEL}/en-us", "-dict", f"{self.folder}/words.dict", "-lm",
             f"{self.folder}/words.arpa", "-ctl", path + ".list", "-cepdir", self.folder, "-cepext", ".wav", "-adcin", "yes",
             "-adchdr", "44", "-hyp", path + ".words", "-logfn", os.devnull],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(path + ".words") as file:
            # The format is "words (clip score)".
            return file.read().split("(")[0].split()


def prepared(samples):
    """Half of full scale, silence around it, and noise that the model's features need in place of zeros."""
    gain = 16000 / max(300, max(map(abs, samples), default=0))
    chance, silence = random.Random(0), [0] * (RATE // 5)
    return array.array("h", [
        max(-32768, min(32767, int(s * gain + chance.gauss(0, 7)))) for s in [*silence, *samples, *silence]])
