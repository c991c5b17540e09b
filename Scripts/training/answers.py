"""The assistant's answers as codes, and their words among a conversation's slices."""

import os

import numpy as np
import torch

import audio
from codec import Codec, load_speech, pad
from duplex import END

# If all but the last 10 ms of its first slice is silent, an answer begins with its second slice.
LEAD_SAMPLES = 160


class Answers:
    """The assistant's answers as codes: text to (codes [slices, 2], slice of each word, audio)."""

    def __init__(self, folder, codec_path, cache):
        if not os.path.exists(cache):
            codec = Codec()
            codec.load_state_dict(torch.load(codec_path))
            codec.eval()
            codes, starts = [], [0]
            for _, x in load_speech(folder):
                with torch.no_grad():
                    codes.append(codec.quantizer.index(codec.encode(torch.tensor(pad(x))[None]))[0].numpy().astype(np.int16))
                starts.append(starts[-1] + len(codes[-1]))
            np.savez(cache + ".part.npz", codes=np.concatenate(codes), starts=np.array(starts))
            os.replace(cache + ".part.npz", cache)
        saved = np.load(cache)
        codes, starts = saved["codes"].astype(np.int64), saved["starts"]
        self.table = {}
        for i, (row, x) in enumerate(load_speech(folder)):
            cut = silent_slices(x)
            words = slices_of_words(row["words"], cut)
            self.table[row["text"]] = (codes[starts[i] : starts[i + 1]].reshape(-1, 2)[cut:], words, x[cut * audio.SLICE :])
        self.stories = [t for t in self.table if len(t.split()) > 25 and t.startswith(("once upon", "a long time", "there was"))]


def silent_slices(x):
    """Whole slices without sound at the start of a clip: 0 or 1."""
    quiet = x[: audio.SLICE - LEAD_SAMPLES]
    return int(len(x) > 4 * audio.SLICE and np.sqrt((quiet.reshape(-1, 80) ** 2).mean(1)).max() < 0.01)


def slices_of_words(times, cut):
    """The slice in which each word begins, of a clip without its first `cut` slices. times [(start s, end s)]."""
    # Codes lead the audio by half of the inverse STFT's tail; clips are padded by the same amount.
    return [max(0, int((start * audio.RATE + 480) // audio.SLICE) - cut) for start, _ in times]


def say_words(vocabulary, say, text, words, start, length, stop):
    """Writes a text that is spoken from slice `start` on for `length` slices, each word one slice before its sound, then `END`."""
    at = start
    for word, slice_of_word in zip(text.split(), words):
        at = max(at, start + slice_of_word - 1)
        for token in vocabulary.word(word):
            if at < stop:
                say[at] = token
            at += 1
    end = max(at, start + length - 1)
    if end < stop:
        say[end] = END
