"""Random weights for llama.cpp: a GGUF of its plain architecture without a tokenizer, quantized by its own library."""

import os

import gguf
import llama_cpp
import numpy

FILE_TYPES = dict(
    F16=llama_cpp.LLAMA_FTYPE_MOSTLY_F16, BF16=llama_cpp.LLAMA_FTYPE_MOSTLY_BF16,
    Q8_0=llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, Q4_0=llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0)


def path_of(folder, name, shape, weights):
    """Where the model is, made at the first call; half a file is never left under its name."""
    path = os.path.join(folder, f"{name}-{weights}.gguf")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        if weights == "F32":
            write(path + ".part", shape)
        else:
            quantize(path_of(folder, name, shape, "F32"), path + ".part", FILE_TYPES[weights])
        os.replace(path + ".part", path)
    return path


def write(path, shape):
    random = numpy.random.default_rng(1)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(8192)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(llama_cpp.LLAMA_FTYPE_ALL_F32)
    writer.add_tokenizer_model("no_vocab")

    def matrix(name, outputs, inputs):
        values = random.standard_normal((outputs, inputs), dtype=numpy.float32)
        writer.add_tensor(f"{name}.weight", values * numpy.float32(0.02))

    def norm(name):
        writer.add_tensor(f"{name}.weight", numpy.ones(shape.width, dtype=numpy.float32))

    queries, keys = shape.heads * shape.head_dim, shape.key_heads * shape.head_dim
    # Without an output.weight, the embedding also serves as the head.
    matrix("token_embd", shape.vocabulary, shape.width)
    norm("output_norm")
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        norm(block + "attn_norm")
        matrix(block + "attn_q", queries, shape.width)
        matrix(block + "attn_k", keys, shape.width)
        matrix(block + "attn_v", keys, shape.width)
        matrix(block + "attn_output", shape.width, queries)
        norm(block + "ffn_norm")
        matrix(block + "ffn_gate", shape.hidden, shape.width)
        matrix(block + "ffn_up", shape.hidden, shape.width)
        matrix(block + "ffn_down", shape.width, shape.hidden)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantize(source, target, file_type):
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype, parameters.pure, parameters.nthread = file_type, True, 1
    status = llama_cpp.llama_model_quantize(source.encode(), target.encode(), parameters)
    if status != 0:
        raise RuntimeError(f"llama_model_quantize of {target} gave {status}")
