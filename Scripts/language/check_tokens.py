"""Writes .weights/minds/strings.gguf: ten thousand strings and what other programs make of them with SmolLM2's vocabulary.

    pip install gguf==0.19.0 tokenizers==0.23.3    (and llama-cpp-python, to ask llama.cpp too)
    Scripts/fetch-mind && python3 Scripts/language/check_tokens.py && Scripts/test --filter theVocabularyOfSmolLM2
"""
import pathlib
import sys

import strings
import tokens

MINDS = pathlib.Path(__file__).resolve().parents[2] / ".weights/minds"


def main():
    model = str(MINDS / "SmolLM2-135M-Instruct.Q4_1.gguf")
    texts = strings.strings(10_000, seed=3)
    golden = tokens.Golden(MINDS / "strings.gguf")
    golden.strings(texts)
    special = tokens.read(model)
    golden.tokens("special", [each.ids for each in special.encode_batch(texts, add_special_tokens=False)])
    plain = tokens.read(model, control=False)
    golden.tokens("plain", [each.ids for each in plain.encode_batch(texts, add_special_tokens=False)])
    try:
        import llama_cpp
    except ImportError:
        print("check_tokens: llama.cpp is not asked; it needs llama-cpp-python", file=sys.stderr)
    else:
        llama = llama_cpp.Llama(model, vocab_only=True, verbose=False)
        golden.tokens("llamacpp", [llama.tokenize(text.encode(), add_bos=False, special=False) for text in texts])
    golden.close()
    print(f"check_tokens: {len(texts)} strings of {sum(map(len, texts))} characters")


main()
