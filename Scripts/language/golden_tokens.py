"""Trains small vocabularies and writes Tests/LanguageTests/Resources/tokens-*.gguf: strings and the tokens that they should become.

    pip install gguf==0.19.0 tokenizers==0.23.3 sentencepiece==0.2.3 && python3 Scripts/language/golden_tokens.py
"""
import io
import pathlib

import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import strings
import tokens

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "Tests/LanguageTests/Resources"
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SIZE = 900


def corpus():
    documents = [path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(documents).split("\n") + strings.strings(2000, seed=1, marks=False)


def train(pre, lines):
    """Vocabulary and merges; the control tokens come first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = tokens.pieces(pre)
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=SIZE, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=CONTROL, show_progress=False))
    words = sorted(tokenizer.get_vocab().items(), key=lambda word: word[1])
    import json
    merges = [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]
    return [word for word, _ in words], merges


def byte_pairs(pre, lines, texts):
    words, merges = train(pre, lines)
    if pre == "llama-bpe":
        # A token that no merges make: it is taken whole.
        words.append("ĠandĠyet")
        words.append("unmergeable")
    tokenizer = tokens.byte_pairs(pre, {word: token for token, word in enumerate(words)}, merges, CONTROL)
    golden = tokens.Golden(RESOURCES / f"tokens-{pre}.gguf")
    golden.vocabulary("gpt2", pre, words, [tokens.CONTROL if word in CONTROL else tokens.NORMAL for word in words], merges)
    special = [encoding.ids for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]
    # Nothing is cut out: the same tokenizer without added tokens.
    plain = tokens.byte_pairs(pre, {word: token for token, word in enumerate(words)}, merges, [])
    golden.tokens("special", special)
    golden.tokens("plain", [encoding.ids for encoding in plain.encode_batch(texts, add_special_tokens=False)])
    # The bytes of each piece, a character of the byte alphabet each.
    golden.tokens("pieces", [[len(piece) for piece, _ in plain.pre_tokenizer.pre_tokenize_str(text)] for text in texts])
    golden.close()


def sentence_pieces(name, lines, texts, prefix):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type="bpe", vocab_size=SIZE, byte_fallback=True,
        normalization_rule_name="identity", add_dummy_prefix=prefix, remove_extra_whitespaces=False, character_coverage=0.98,
        split_digits=True, allow_whitespace_only_pieces=True, minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    count = processor.vocab_size()
    kinds = [
        tokens.UNKNOWN if processor.is_unknown(i) else tokens.CONTROL if processor.is_control(i)
        else tokens.BYTE if processor.is_byte(i) else tokens.NORMAL for i in range(count)]
    golden = tokens.Golden(RESOURCES / f"tokens-{name}.gguf")
    golden.vocabulary(
        "llama", None, [processor.id_to_piece(i) for i in range(count)], kinds, scores=[processor.get_score(i) for i in range(count)])
    golden.writer.add_add_space_prefix(prefix)
    golden.writer.add_bos_token_id(processor.bos_id())
    golden.writer.add_eos_token_id(processor.eos_id())
    golden.tokens("plain", [processor.encode(text) for text in texts])
    golden.close()


def main():
    lines, texts = corpus(), strings.strings(300, seed=2, parts=8)
    # A space before a character that is no letter, apostrophes in a row, the long s of a contraction, a word that no merges make.
    texts += ["it's IT'S it'ſ it'ſlow", "unmergeable", "tea\nfor\r\ntwo", "''s 'll 'LL 'lL", "a  1", "a 1  23 456 7890", " \n a", "a\r\n\r\n b", "\n\n\n", "   ", "and yet unmergeable", "e\u0301"]
    golden = tokens.Golden(RESOURCES / "strings.gguf")
    golden.strings(texts)
    golden.close()
    for pre in ("gpt-2", "smollm", "llama-bpe", "qwen2"):
        byte_pairs(pre, lines, texts)
    few = lines[: -1900]
    sentence_pieces("llama", few, texts, True)
    sentence_pieces("gemma", few, texts, False)


main()
