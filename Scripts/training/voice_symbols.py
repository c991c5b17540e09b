"""What the small voice speaks: the teacher's phones, and how the pronouncer's symbols become them."""

import re

# Phones of Festival's American voices. "pau" is silence.
PHONES = ("pau aa ae ah ao aw ax ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh").split()
VOWELS = set("aa ae ah ao aw ax ay eh er ey ih iy ow oy uh uw".split())
# What a silence is: before the first word, at a comma, at the end.
BEGIN, COMMA, END = 0, 1, 2

# The symbols that Sources/Synthesis/Text writes (espeak-ng's), longest first where one begins another.
SYMBOLS = {
    "aɪ": "ay", "eɪ": "ey", "oʊ": "ow", "aʊ": "aw", "ɔɪ": "oy", "dʒ": "jh", "tʃ": "ch", "ɾ": "t", "ʔ": "t", "ə": "ax", "ɐ": "ax",
    "uː": "uw", "u": "uw", "ɑː": "aa", "ɑ": "aa", "a": "aa", "ɔː": "ao", "ɔ": "ao", "ɜː": "er", "ɜ": "er", "ɚ": "er", "iː": "iy", "i": "iy",
    "ɪ": "ih", "ᵻ": "ih", "ʌ": "ah", "æ": "ae", "ɛ": "eh", "e": "eh", "ʊ": "uh", "o": "ow", "b": "b", "d": "d", "f": "f", "ɡ": "g", "g": "g",
    "h": "hh", "j": "y", "k": "k", "l": "l", "m": "m", "n": "n", "ŋ": "ng", "p": "p", "ɹ": "r", "r": "r", "s": "s", "ʃ": "sh", "t": "t",
    "v": "v", "w": "w", "x": "k", "z": "z", "ʒ": "zh", "ð": "dh", "θ": "th",
}


def weak_words(root):
    """Words that the pronouncer writes without stress."""
    text = open(root + "/Sources/Synthesis/Text/WeakWords.swift").read()
    return set(re.findall(r'"([a-z\']+)":', text[: text.index("corrections")]))
