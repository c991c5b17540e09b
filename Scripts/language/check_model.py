"""Writes .weights/minds/logits.gguf: what transformers, and llama.cpp if it is there, compute with a model's file, in float32.

    pip install torch transformers gguf    (and llama-cpp-python)
    python3 Scripts/language/check_model.py [FILE.gguf [TEXT]] && Scripts/test --filter RealModelTests
"""
import pathlib
import sys

import gguf
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
MINDS = ROOT / ".weights/minds"
POSITIONS, PROMPTS, PROMPT_TOKENS, ANSWER_TOKENS = 1000, 100, 24, 64


class Torch:
    """The file as transformers reads it."""

    def __init__(self, path):
        import torch
        import transformers

        self.torch = torch
        path = pathlib.Path(path)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, dtype=torch.float32).eval()

    def logits(self, tokens):
        with self.torch.inference_mode():
            return self.model(self.torch.tensor([tokens])).logits[0].numpy()

    def greedy(self, tokens, count):
        with self.torch.inference_mode():
            x, cache, out = self.torch.tensor([tokens]), None, []
            for _ in range(count):
                step = self.model(x, past_key_values=cache, use_cache=True)
                cache = step.past_key_values
                out.append(int(step.logits[0, -1].argmax()))
                x = self.torch.tensor([out[-1:]])
        return out


class Llama:
    """llama.cpp with a float32 cache. Its products round the rows of quantized weights to 8 bits."""

    def __init__(self, path):
        import llama_cpp

        self.model = llama_cpp.Llama(
            str(path), n_ctx=2048, n_batch=512, logits_all=True, verbose=False, type_k=0, type_v=0, n_threads=1)

    def logits(self, tokens):
        self.model.reset()
        self.model.eval(tokens)
        return numpy.array(self.model.scores[: len(tokens)])

    def greedy(self, tokens, count):
        out = []
        self.model.reset()
        self.model.eval(tokens)
        for _ in range(count):
            out.append(int(self.model.scores[self.model.n_tokens - 1].argmax()))
            self.model.eval(out[-1:])
        return out


def text_tokens(model, text):
    from tokens import read

    return read(str(model)).encode(text, add_special_tokens=False).ids


def main():
    model = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else MINDS / "SmolLM2-135M-Instruct.Q4_1.gguf").resolve()
    text = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else MINDS / "book.txt").read_text()
    tokens = text_tokens(model, text[:400_000])
    prompts = [tokens[i * 600: i * 600 + PROMPT_TOKENS] for i in range(1, PROMPTS + 1)]
    writer = gguf.GGUFWriter(str(MINDS / "logits.gguf"), "golden")
    writer.add_array("tokens", tokens[:POSITIONS])
    writer.add_array("prompts", [token for prompt in prompts for token in prompt])
    for name, kind in [("transformers", Torch), ("llamacpp", Llama)]:
        try:
            peer = kind(model)
        except ImportError as error:
            print(f"check_model: {name} is not asked: {error}", file=sys.stderr)
            continue
        writer.add_tensor(name, peer.logits(tokens[:POSITIONS]).astype(numpy.float32))
        answers = [token for prompt in prompts for token in peer.greedy(prompt, ANSWER_TOKENS)]
        writer.add_array(f"{name}.answers", answers)
        print(f"check_model: {name} has answered")
        del peer
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
