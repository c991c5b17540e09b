"""Writes .weights/minds/logits.gguf: what transformers, and llama.cpp if it is there, compute with a file of architecture
llama, in float32.

    pip install torch transformers gguf    (and llama-cpp-python)
    python3 Scripts/language/check_model.py [FILE.gguf [TEXT]] && Scripts/test --filter RealModelTests
"""
import pathlib
import sys
import tempfile

import gguf
import gguf.quants
import numpy

import golden_models

ROOT = pathlib.Path(__file__).resolve().parents[2]
MINDS = ROOT / ".weights/minds"
POSITIONS, PROMPTS, PROMPT_TOKENS, ANSWER_TOKENS = 1000, 100, 24, 64


class Torch:
    """The file's weights, dequantized by the gguf package, in transformers' model."""

    def __init__(self, path):
        import torch
        import transformers

        self.torch = torch
        reader = gguf.GGUFReader(path)
        value = lambda key: reader.fields["llama." + key].contents()
        heads, key_heads = value("attention.head_count"), value("attention.head_count_kv")
        config = transformers.LlamaConfig(
            hidden_size=value("embedding_length"), num_hidden_layers=value("block_count"), num_attention_heads=heads,
            num_key_value_heads=key_heads, intermediate_size=value("feed_forward_length"),
            vocab_size=value("vocab_size"), max_position_embeddings=value("context_length"),
            rms_norm_eps=value("attention.layer_norm_rms_epsilon"), tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=value("rope.freq_base")))
        names = {gguf_name: name for name, gguf_name in golden_models.NAMES.items()}
        weights = {}
        for tensor in reader.tensors:
            name, kind = tensor.name.rsplit(".", 1)
            values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            if "attn_q" in name or "attn_k" in name:
                count = heads if "attn_q" in name else key_heads
                rows, columns = values.shape
                values = values.reshape(count, rows // count // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
            if name.startswith("blk."):
                _, layer, part = name.split(".")
                name = f"model.layers.{layer}.{names[part]}"
            else:
                name = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}[name]
            weights[f"{name}.{kind}"] = torch.from_numpy(numpy.ascontiguousarray(values, dtype=numpy.float32))
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
        with torch.device("meta"):
            self.model = transformers.LlamaForCausalLM(config)
        self.model = self.model.to_empty(device="cpu")
        self.model.model.rotary_emb = type(self.model.model.rotary_emb)(config)
        self.model.load_state_dict(weights)
        self.model.eval()

    def logits(self, tokens):
        with self.torch.inference_mode():
            return self.model(self.torch.tensor([tokens])).logits[0].numpy()

    def greedy(self, prompts, count):
        with self.torch.inference_mode():
            x, cache, out = self.torch.tensor(prompts), None, []
            for _ in range(count):
                step = self.model(x, past_key_values=cache, use_cache=True, logits_to_keep=1)
                cache = step.past_key_values
                x = step.logits[:, -1].argmax(-1, keepdim=True)
                out.append(x)
        return self.torch.cat(out, 1).tolist()


def widened(path, target):
    """The same file with all weights in float32, so that llama.cpp rounds none of the rows that they are multiplied with."""
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if not name.startswith("GGUF.") and name not in ("general.architecture", "general.file_type"):
            writer.add_key_value(name, field.contents(), field.types[0], field.types[-1] if len(field.types) > 1 else None)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        writer.add_tensor(tensor.name, numpy.ascontiguousarray(values, dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


class Llama:
    """llama.cpp with the weights and the cache in float32."""

    def __init__(self, path):
        import llama_cpp

        with tempfile.TemporaryDirectory() as folder:
            self.model = llama_cpp.Llama(
                widened(path, folder + "/f32.gguf"), n_ctx=2048, n_batch=512, logits_all=True, verbose=False, type_k=0,
                type_v=0, n_threads=1)

    def logits(self, tokens):
        self.model.reset()
        self.model.eval(tokens)
        return numpy.array(self.model.scores[: len(tokens)])

    def greedy(self, prompts, count):
        return [self.continuation(prompt, count) for prompt in prompts]

    def continuation(self, tokens, count):
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
        answers = peer.greedy(prompts, ANSWER_TOKENS)
        writer.add_array(f"{name}.answers", [token for answer in answers for token in answer])
        print(f"check_model: {name} has answered")
        del peer
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
