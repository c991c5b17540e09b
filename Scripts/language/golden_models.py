"""Small models of random weights, computed by transformers: writes Tests/LanguageTests/Resources/model-NAME.gguf, each with its
weights, a text's tokens and their logits (the keys `golden.tokens` and `golden.logits`).

    python3 -m venv .venv && .venv/bin/pip install torch transformers gguf
    .venv/bin/python Scripts/language/golden_models.py
"""
import math
import os

import gguf
import numpy
import torch
import transformers

RESOURCES = os.path.join(os.path.dirname(__file__), "..", "..", "Tests", "LanguageTests", "Resources")
SIZES = dict(
    hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=48,
    vocab_size=48, max_position_embeddings=512, rms_norm_eps=1e-5)
# Frequencies of all three kinds: kept, divided and between.
SCALING = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)
TOKENS = 40


def llama3_factors(base, dim):
    """What the frequencies are divided by (Llama 3.1)."""
    frequencies = base ** -(numpy.arange(0, dim, 2) / dim)
    lengths = 2 * math.pi / frequencies
    old, factor = SCALING["original_max_position_embeddings"], SCALING["factor"]
    low, high = SCALING["low_freq_factor"], SCALING["high_freq_factor"]
    smooth = numpy.clip((old / lengths - low) / (high - low), 0, 1)
    return (1 / ((1 - smooth) / factor + smooth)).astype(numpy.float32)


def permuted(weights, heads):
    """Rows of query and key in llama.cpp's order: dimensions that rotate together are adjacent."""
    rows, columns = weights.shape
    return weights.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


MODELS = {
    "llama": lambda: transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            **SIZES, tie_word_embeddings=True, rope_parameters=dict(SCALING, rope_theta=10_000.0))),
    "qwen2": lambda: transformers.Qwen2ForCausalLM(
        transformers.Qwen2Config(
            **SIZES, tie_word_embeddings=False, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "qwen3": lambda: transformers.Qwen3ForCausalLM(
        transformers.Qwen3Config(
            **SIZES, tie_word_embeddings=True, head_dim=16,
            rope_parameters=dict(rope_type="default", rope_theta=1e6))),
}
NAMES = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def gguf_name(name):
    name, kind = name.removeprefix("model.").rsplit(".", 1)
    top = {"embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output"}
    if name in top:
        return f"{top[name]}.{kind}"
    _, layer, rest = name.split(".", 2)
    return f"blk.{layer}.{NAMES[rest]}.{kind}"


def randomized(model):
    """Weights that bfloat16 holds exactly, large enough that every part matters."""
    for name, parameter in model.named_parameters():
        noise = torch.randn_like(parameter)
        if "norm" in name:
            noise = 1 + 0.2 * noise
        elif parameter.dim() == 2 and "embed" not in name:
            noise = noise * 2 / math.sqrt(parameter.shape[1])
        parameter.data = noise.bfloat16().float()
    return model.eval()


def write(name, model, tokens, logits):
    writer = gguf.GGUFWriter(os.path.join(RESOURCES, f"model-{name}.gguf"), name)
    config = model.config
    base = config.rope_parameters["rope_theta"]
    dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(dim)
    writer.add_value_length(dim)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_rope_freq_base(base)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_array("golden.tokens", tokens)
    writer.add_array("golden.logits", [float(x) for x in logits.flatten()])
    for key, parameter in model.state_dict().items():
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        values = parameter.numpy()
        if name == "llama" and ("q_proj" in key or "k_proj" in key):
            values = permuted(values, config.num_attention_heads if "q_proj" in key else config.num_key_value_heads)
        if values.ndim == 2:
            words = torch.from_numpy(values.copy()).bfloat16().view(torch.int16).numpy().view(numpy.uint8)
            writer.add_tensor(gguf_name(key), words, raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            writer.add_tensor(gguf_name(key), values)
    if name == "llama":
        writer.add_tensor("rope_freqs.weight", llama3_factors(base, dim))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    for name, make in MODELS.items():
        torch.manual_seed(1)
        model = randomized(make())
        tokens = torch.randint(0, SIZES["vocab_size"], (TOKENS,)).tolist()
        with torch.inference_mode():
            logits = model(torch.tensor([tokens])).logits[0].float()
        write(name, model, tokens, logits)
        print(name, logits.shape, float(logits.abs().max()))


if __name__ == "__main__":
    main()
