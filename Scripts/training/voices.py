"""Debian's speech synthesizers, driven through their libraries: text in, 16-kHz float32 audio out.

espeak-ng and flite run in process, festival in batches. `TRAIN` and `HELD_OUT` say who is never trained on.
"""

import ctypes
import os
import random
import subprocess
import tempfile

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

RATE = 16000
VARIANTS = (
    "Alex Alicia Andrea Andy Annie AnxiousAndy Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario Michael "
    "Mike Nguyen RicishayMax RicishayMax2 RicishayMax3 Storm Tweaky adam anika announcer antonio aunty belinda "
    "benjamin boris caleb david ed edward edward2 f1 f2 f3 f4 f5 grandma grandpa gustave iven iven2 iven3 iven4 john "
    "kaukovalta klatt klatt2 klatt3 klatt4 klatt5 klatt6 linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max michel miguel "
    "norbert pablo paul pedro quincy rob robert sandro shelby steph steph2 steph3 travis victor zac"
).split()
HELD_OUT_VARIANTS = "Alicia Henrique Mike belinda david f3 grandpa klatt3 m4 steph2 rob linda".split()
HELD_OUT_FLITE = ["awb", "rms"]
TRAIN_VARIANTS = [v for v in VARIANTS if v not in HELD_OUT_VARIANTS]
ACCENTS = ["gmw/en-US"] * 6 + ["gmw/en", "gmw/en-GB-x-rp", "gmw/en-GB-scotland", "gmw/en-029", "gmw/en-GB-x-gbclan", "gmw/en-US-nyc"]
ASSISTANT = "cmu_us_slt_arctic_hts"
FESTIVAL = [ASSISTANT, "kal_diphone", "ked_diphone"]

_CHUNKS: list[np.ndarray] = []
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@_CALLBACK
def _collect(samples, count, events):
    if samples and count > 0:
        _CHUNKS.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
    return 0


class Espeak:
    """espeak-ng in process. One per process: the library has one global voice."""

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        rate = self.library.espeak_Initialize(2, 0, None, 0)
        if rate != 22050:
            raise RuntimeError(f"espeak-ng gives {rate} Hz, expected 22050")
        self.library.espeak_SetSynthCallback(_collect)

    def __call__(self, text, accent="gmw/en-US", variant="m1", pitch=50, rate=170, spread=50):
        """`rate` in words a minute; `pitch` and `spread` 0 to 100."""
        voice = f"{accent}+{variant}"
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for parameter, value in ((1, rate), (3, pitch), (4, spread)):
            self.library.espeak_SetParameter(parameter, int(value), 0)
        _CHUNKS.clear()
        data = text.encode() + b"\0"
        self.library.espeak_Synth(data, len(data), 0, 0, 0, 1, None, None)
        self.library.espeak_Synchronize()
        if not _CHUNKS:
            return np.zeros(0, np.float32)
        return resample_poly(np.concatenate(_CHUNKS).astype(np.float32) / 32768, 320, 441).astype(np.float32)


class _Wave(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_char_p), ("rate", ctypes.c_int), ("count", ctypes.c_int), ("channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    ]


class _Voice(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


class Flite:
    """flite in process, voices loaded once."""

    def __init__(self):
        self.library = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        self.library.flite_init()
        self.library.flite_text_to_wave.restype = ctypes.POINTER(_Wave)
        self.library.flite_text_to_wave.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        self.library.delete_wave.argtypes = [ctypes.c_void_p]
        self.library.flite_feat_set_float.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]
        for name in ("usenglish", "cmulex"):
            ctypes.CDLL(f"libflite_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
        self.voices = {}

    def __call__(self, text, voice="slt", stretch=1.0):
        """`stretch` lengthens every sound by this factor."""
        if voice not in self.voices:
            library = ctypes.CDLL(f"libflite_cmu_us_{voice}.so.1", mode=ctypes.RTLD_GLOBAL)
            register = getattr(library, f"register_cmu_us_{voice}")
            register.restype, register.argtypes = ctypes.POINTER(_Voice), [ctypes.c_void_p]
            self.voices[voice] = register(None)
        handle = self.voices[voice]
        self.library.flite_feat_set_float(handle.contents.features, b"duration_stretch", stretch)
        wave = self.library.flite_text_to_wave(text.encode(), handle)
        samples = np.ctypeslib.as_array(wave.contents.samples, shape=(wave.contents.count,)).astype(np.float32) / 32768
        rate = wave.contents.rate
        self.library.delete_wave(wave)
        return samples if rate == RATE else resample_poly(samples, RATE, rate).astype(np.float32)


# A single letter would be read as a word ("a" as the article), so it is written as it sounds.
LETTER_SOUNDS = {"a": "ay"}


def festival(texts, voice=ASSISTANT, timings=False):
    """A list of clips, one a text. With `timings`, pairs (clip, [(start s, end s) of each word])."""
    with tempfile.TemporaryDirectory() as folder:
        script = [f"(voice_{voice})"]
        for i, text in enumerate(texts):
            spoken = " ".join(LETTER_SOUNDS.get(w, w) if len(text.split()) > 3 and " is spelled " in text else w for w in text.split())
            script.append(f'(set! u (utt.synth (Utterance Text "{spoken}")))')
            script.append(f'(utt.save.wave u "{folder}/{i}.wav" \'riff)')
            if timings:
                script.append(f'(set! f (fopen "{folder}/{i}.txt" "w"))')
                script.append('(mapcar (lambda (w) (format f "%f %f\\n" (item.feat w "word_start") (item.feat w "word_end"))) (utt.relation.items u \'Word))')
                script.append("(fclose f)")
        path = os.path.join(folder, "batch.scm")
        with open(path, "w") as f:
            f.write("\n".join(script))
        subprocess.run(["festival", "-b", path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        clips = []
        for i in range(len(texts)):
            rate, x = wavfile.read(f"{folder}/{i}.wav")
            x = x.astype(np.float32) / 32768
            x = x if rate == RATE else resample_poly(x, RATE, rate).astype(np.float32)
            if timings:
                with open(f"{folder}/{i}.txt") as f:
                    clips.append((x, [tuple(float(v) for v in line.split()) for line in f]))
            else:
                clips.append(x)
        return clips


def trim(x, threshold=0.02):
    """Cuts the silence before and after: less than `threshold` of the loudest 10 ms."""
    if len(x) < 160:
        return x
    energy = np.sqrt(np.convolve(x**2, np.ones(160) / 160, "same"))
    loud = np.nonzero(energy > threshold * energy.max())[0]
    return x[loud[0] : loud[-1] + 1] if len(loud) else x


class Speakers:
    """Says a text in a random voice of a group: "train", "heldout" (espeak-ng variants), "awb", "rms"."""

    def __init__(self):
        self.espeak, self.flite = Espeak(), Flite()

    def __call__(self, r: random.Random, text: str, group: str) -> tuple[np.ndarray, str]:
        if group in HELD_OUT_FLITE:
            return trim(self.flite(text, group)), group
        if group == "heldout":
            return self._espeak(r, text, HELD_OUT_VARIANTS)
        kind = r.choices(["espeak", "slt", "kal16"], [0.76, 0.17, 0.07])[0]
        if kind == "espeak":
            return self._espeak(r, text, TRAIN_VARIANTS)
        return trim(self.flite(text, kind, r.uniform(0.8, 1.25))), kind

    def _espeak(self, r, text, variants):
        variant = r.choice(variants)
        x = self.espeak(text, r.choice(ACCENTS), variant, r.randint(25, 75), r.randint(130, 210), r.randint(30, 70))
        return trim(x), variant
