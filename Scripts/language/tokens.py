"""The tokenizers package's tokenizers with the rules of each `tokenizer.ggml.pre`, and their vocabularies in GGUF files."""
import gguf
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def by_expression(expression):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(expression), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])


def pieces(pre):
    """The pre-tokenizer of a `tokenizer.ggml.pre`, as in the tokenizer.json of the models that have it."""
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return {
        "gpt-2": level,
        "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), level]),
        "llama-bpe": by_expression(LLAMA3),
        "qwen2": by_expression(LLAMA3.replace("{1,3}", "")),
    }[pre]


def byte_pairs(pre, vocabulary, merges, control):
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=pre == "llama-bpe"))
    tokenizer.pre_tokenizer = pieces(pre)
    tokenizer.decoder = decoders.ByteLevel()
    if pre == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in control])
    return tokenizer


def values(reader, key):
    field = reader.fields[key]
    return [field.parts[i] for i in field.data]


def texts(reader, key):
    return [bytes(value).decode() for value in values(reader, key)]


def read(path, control=True):
    """The tokenizer of a GGUF file with byte pairs; without control tokens if so wished."""
    reader = gguf.GGUFReader(path)
    words = texts(reader, "tokenizer.ggml.tokens")
    types = [int(value[0]) for value in values(reader, "tokenizer.ggml.token_type")]
    merges = [tuple(merge.split(" ")) for merge in texts(reader, "tokenizer.ggml.merges")]
    vocabulary = {word: token for token, word in enumerate(words)}
    marks = [word for word, kind in zip(words, types) if kind == CONTROL] if control else []
    return byte_pairs(texts(reader, "tokenizer.ggml.pre")[0], vocabulary, merges, marks)


class Golden:
    """A GGUF file with a vocabulary, strings, and the tokens that they should become."""

    def __init__(self, path):
        self.writer = gguf.GGUFWriter(path, "test")

    def vocabulary(self, model, pre, words, types, merges=None, scores=None):
        self.writer.add_tokenizer_model(model)
        if pre:
            self.writer.add_tokenizer_pre(pre)
        self.writer.add_token_list(words)
        self.writer.add_token_types(types)
        if merges is not None:
            self.writer.add_token_merges([" ".join(merge) for merge in merges])
        if scores is not None:
            self.writer.add_token_scores(scores)

    def strings(self, strings):
        self.writer.add_array("test.strings", strings)

    def tokens(self, name, tokens):
        """The lists one after the other, and the length of each."""
        flat = [token for each in tokens for token in each]
        for key, numbers in (("tokens", flat), ("lengths", [len(each) for each in tokens])):
            kind = gguf.GGUFValueType.UINT16 if max(numbers) < 65536 else gguf.GGUFValueType.UINT32
            self.writer.add_key_value(f"test.{name}.{key}", numbers, gguf.GGUFValueType.ARRAY, sub_type=kind)

    def close(self):
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.close()
