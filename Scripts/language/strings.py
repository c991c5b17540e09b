"""Strings of every script, the same for every run."""
import random
import unicodedata

# First and last code point: letters, marks, digits, signs and emoji of many scripts.
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2AF), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x530, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x74F), (0x780, 0x7BF), (0x900, 0x97F), (0x980, 0x9FF), (0xA00, 0xA7F),
    (0xB80, 0xBFF), (0xC00, 0xC7F), (0xD00, 0xD7F), (0xE00, 0xE7F), (0xE80, 0xEFF), (0xF00, 0xFFF), (0x1000, 0x109F), (0x10A0, 0x10FF),
    (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1400, 0x167F), (0x1680, 0x169F), (0x1780, 0x17FF), (0x1800, 0x18AF),
    (0x1D00, 0x1D7F), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x257F), (0x2600, 0x26FF), (0x2700, 0x27BF),
    (0x2C00, 0x2C5F), (0x2E80, 0x2EFF), (0x3000, 0x303F), (0x3040, 0x309F), (0x30A0, 0x30FF), (0x3100, 0x312F), (0x3200, 0x32FF),
    (0x3400, 0x34FF), (0x4E00, 0x4FFF), (0x9000, 0x9FFF), (0xA000, 0xA48C), (0xAC00, 0xAFFF), (0xD000, 0xD7A3), (0xE000, 0xE010),
    (0xF900, 0xFAFF), (0xFB00, 0xFB4F), (0xFB50, 0xFDFF), (0xFE00, 0xFE0F), (0xFE70, 0xFEFF), (0xFF00, 0xFFEF), (0x10000, 0x1007F),
    (0x10330, 0x1034F), (0x10400, 0x1044F), (0x11000, 0x1107F), (0x12000, 0x123FF), (0x13000, 0x1342F), (0x1D100, 0x1D1FF),
    (0x1D400, 0x1D7FF), (0x1F000, 0x1F02F), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1F5FF), (0x1F600, 0x1F64F), (0x1F680, 0x1F6FF),
    (0x1F900, 0x1F9FF), (0x20000, 0x200FF), (0x2F800, 0x2F81F), (0xE0100, 0xE01EF),
]
SPACES = [" ", " ", " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\t\t ", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", " \u00a0 ", "\v\f"]
WORDS = """the of and to in is you that it he was for on are as with his they I at be this have from or one had by word but not what all were we
when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time
has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part
don't I'm you're we've he'll she'd it's DON'T I'M You'Re 'tis 'Twas rock'n'roll 's 't o'clock l'été d'accord""".split()
CODE = [
    "def f(x):\n    return x*2  # twice", "for (int i = 0; i < 10; ++i) { a[i] += 1; }", "<div class=\"a\">&nbsp;</div>", "{\"a\": [1, 2.5e-3, null]}",
    "SELECT * FROM t WHERE a >= 10 AND b != 'x';", "https://example.org/a/b?c=d&e=f#g", "x = y ? z : w;", "\\frac{1}{2} \\alpha_i^2", "a->b::c<d>()",
    "#!/bin/sh\nset -eu\n\tcat \"$1\" | sort -u\n", "/* a */ // b\n\n\n", "0x1F 1_000 3.14159 1e10 10:30 2024-01-31", "___---===***", "@name #tag $100 50%",
]
EMOJI = [
    "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👩🏿‍🚀", "🇩🇪🇫🇷", "1️⃣", "❤️", "🧑‍💻", "😀😃", "☺", "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
]
MARKS = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|>user\n", "<s>", "</s>", "<unk>", "<0x0A>", "\u2581", "[INST]"]


def character(chance):
    while True:
        value = chance.randint(*chance.choice(BLOCKS))
        if unicodedata.category(chr(value)) not in ("Cn", "Cs"):
            return chr(value)


def part(chance):
    """A word, digits, signs, code, emoji, or characters of one or many scripts."""
    kind = chance.randrange(12)
    if kind < 3:
        word = chance.choice(WORDS)
        return chance.choice([word, word, word.capitalize(), word.upper()])
    if kind == 3:
        return "".join(chance.choice("0123456789") for _ in range(chance.choice([1, 2, 3, 4, 7, 12])))
    if kind == 4:
        return "".join(chance.choice("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") for _ in range(chance.randint(1, 4)))
    if kind == 5:
        return chance.choice(CODE)
    if kind == 6:
        return chance.choice(EMOJI)
    if kind == 7:
        return chance.choice(WORDS) + "".join(character(chance) for _ in range(chance.randint(1, 2)))
    if kind == 8:
        base = "".join(chance.choice("aeiouncsAEIOU가각कか") + chance.choice(["\u0301", "\u0308", "\u0327", "\u0331\u0302", "\u093c", "\u3099"]) for _ in range(2))
        return chance.choice([base, unicodedata.normalize("NFD", "Crème brûlée Ångström 한국어 が")])
    if kind == 9:
        return "".join(character(chance) for _ in range(chance.randint(1, 5)))
    first, last = chance.choice(BLOCKS)
    run = (chr(chance.randint(first, last)) for _ in range(chance.randint(1, 8)))
    return "".join(c for c in run if unicodedata.category(c) not in ("Cn", "Cs"))


def strings(count, seed=15, parts=12, marks=True):
    """`count` different strings of up to `parts` parts, some without spaces between them."""
    chance, found = random.Random(seed), {}
    while len(found) < count:
        text = ""
        for _ in range(chance.randint(1, parts)):
            text += part(chance)
            if chance.random() < 0.7:
                text += chance.choice(SPACES)
            if marks and chance.random() < 0.02:
                text += chance.choice(MARKS)
        if text:
            found[text] = None
    return list(found)
