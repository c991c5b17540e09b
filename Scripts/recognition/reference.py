"""CTranslate2's Whisper on whole windows of 30 s: what our recogniser is compared with."""

import os
import sys
import wave

import ctranslate2
import numpy as np
import tokenizers
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
import whisper  # noqa: E402


def samples(path):
    with wave.open(path) as f:
        return np.frombuffer(f.readframes(f.getnframes()), np.int16).astype(np.float32) / 32768


def log_mel(x):
    """[samples] to [1, 80, 3000]."""
    padded = np.zeros(480000, np.float32)
    padded[: len(x)] = x[:480000]
    return whisper.clamp_whole(whisper.log_mel(torch.tensor(padded)[None])).transpose(1, 2).contiguous().numpy()


class Reference:
    def __init__(self, folder, kind, beam=1):
        self.model = ctranslate2.models.Whisper(folder, device="cpu", compute_type=kind, intra_threads=1)
        self.tokenizer, self.beam = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json")), beam
        language = ["<|en|>", "<|transcribe|>"] if self.model.is_multilingual else []
        self.prompt = [self.tokenizer.token_to_id(t) for t in ["<|startoftranscript|>", *language, "<|notimestamps|>"]]

    def __call__(self, *turns):
        """The text of one turn, or the texts of many."""
        mel = ctranslate2.StorageView.from_array(np.concatenate([log_mel(x) for x in turns]))
        results = self.model.generate(mel, [self.prompt] * len(turns), beam_size=self.beam, max_length=224)
        texts = [self.tokenizer.decode(r.sequences_ids[0]) for r in results]
        return texts if len(turns) > 1 else texts[0]
