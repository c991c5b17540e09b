"""How well an ear hears: distance of its features to Whisper's, and word errors of Whisper's own decoder on them.

Held-out clips alone. A clip is encoded with a second of silence after it; the rest of the decoder's 1500 rows are
Whisper's features of silence. References: the texts where they are known, else Whisper base, beam 5, full context.
"""

import json
import os

import ctranslate2
import numpy as np
import tokenizers
import torch

import whisper
from ear_data import Pool, plain
from training import autocast, edit_distance

# Sources judged by word errors; single words and shouts are compared by their features only.
WORDS = ("speech-to-intent", "asterisk")
MORE = ("wake-word", "hedgewars")
COUNT_MAX = 60


class Decoder:
    """Whisper's decoder, frozen, on anybody's features."""

    def __init__(self, folder, beam=1):
        self.model = ctranslate2.models.Whisper(folder, device="cpu", compute_type="int8", intra_threads=1)
        self.tokenizer, self.beam = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json")), beam
        language = ["<|en|>", "<|transcribe|>"] if self.model.is_multilingual else []
        self.prompt = [self.tokenizer.token_to_id(t) for t in ["<|startoftranscript|>", *language, "<|notimestamps|>"]]

    def __call__(self, features):
        """[1500, width] to plain words."""
        rows = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None].float().numpy()))
        result = self.model.generate(rows, [self.prompt], beam_size=self.beam, max_length=200, suppress_blank=True)
        return plain(self.tokenizer.decode(result[0].sequences_ids[0]))


def with_tail(x):
    """[1, samples]: the clip and a second of silence, whole frames, at most 30 s."""
    x = torch.tensor(x[: 320 * (whisper.FRAMES - 50)])
    return torch.nn.functional.pad(x, (0, 16000 - len(x) % 320))[None]


@torch.no_grad()
def features_of(encoder, x, chunk=None):
    with autocast("cpu"):
        return (encoder.streamed(x, chunk) if chunk else encoder.full(x))[0].float()


def silence(encoder):
    x = torch.randn(1, 480000, generator=torch.Generator().manual_seed(0)) * 1e-5
    return features_of(encoder, x)


class Judge:
    def __init__(self, weights, data):
        self.teacher = whisper.load(f"{weights}/tiny.en/model.bin")
        self.silence, self.decoder = silence(self.teacher), Decoder(f"{weights}/tiny.en")
        pool, seen = Pool(data, "held"), {}
        self.clips = []
        for source in WORDS + MORE:
            rows = [row for row in pool.rows if row["source"] == source]
            for row in rows[:: -(-len(rows) // COUNT_MAX)]:
                x = with_tail(pool.clip(row))
                # Only the clip's own frames: in the silence after it, the teacher's output has no words.
                self.clips.append(dict(row, x=x, whole=features_of(self.teacher, x)[: -(-row["count"] // 320)]))
        self._references(weights, os.path.join(data, "references.json"))
        rows = torch.cat([c["whole"] for c in self.clips])
        self.variance = rows.var(0)

    def _references(self, weights, path):
        """Texts of the clips that have none, by Whisper base; kept in a file."""
        missing = [c for c in self.clips if c["source"] in WORDS and not c["text"]]
        if not os.path.exists(path):
            base, decoder = whisper.load(f"{weights}/base/model.bin"), Decoder(f"{weights}/base", beam=5)
            rest = silence(base)
            texts = {str(c["start"]): decoder(self._filled(features_of(base, c["x"]), rest)) for c in missing}
            with open(path, "w") as f:
                json.dump(texts, f, indent=1)
        with open(path) as f:
            texts = json.load(f)
        for c in missing:
            c["text"] = texts[str(c["start"])]

    @staticmethod
    def _filled(features, rest):
        return torch.cat([features, rest[len(features) :]])

    def distance(self, encoder, chunk):
        """Mean squared error over the teacher's variance, by source."""
        encoder.eval()
        errors = {}
        for c in self.clips:
            error = ((features_of(encoder, c["x"], chunk)[: len(c["whole"])] - c["whole"]) ** 2 / self.variance).mean()
            errors.setdefault(c["source"], []).append(float(error))
        return {source: float(np.mean(e)) for source, e in errors.items()}

    def words(self, encoder, chunk=None):
        """Word error rate in per cent and number of words, by source."""
        wrong, total = {}, {}
        for c in self.clips:
            if c["source"] in WORDS:
                heard = self.decoder(self._filled(features_of(encoder, c["x"], chunk), self.silence)).split()
                source, said = c["source"], c["text"].split()
                wrong[source] = wrong.get(source, 0) + edit_distance(said, heard)
                total[source] = total.get(source, 0) + len(said)
        return {source: (100 * wrong[source] / total[source], total[source]) for source in wrong}

    def table(self, encoder, chunks=whisper.CHUNKS):
        """One line a chunk: distances, then word errors."""
        lines = []
        for chunk in chunks:
            distances = self.distance(encoder, chunk) if chunk else {}
            cells = [f"{source} {d:.3f}" for source, d in distances.items()]
            cells += [f"{source} WER {rate:.1f} % of {n}" for source, (rate, n) in self.words(encoder, chunk).items()]
            lines.append((f"{20 * chunk} ms: " if chunk else "full context: ") + ", ".join(cells))
        return lines
