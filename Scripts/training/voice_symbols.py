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


def spell(symbols):
    """Phones [n, (phone, stress, begins a word, kind of silence)] of what the pronouncer writes."""
    rows, stress, begins, i = [[0, 0, 0, BEGIN]], 0, 1, 0
    while i < len(symbols):
        size = 2 if symbols[i : i + 2] in SYMBOLS else 1
        phone = SYMBOLS.get(symbols[i : i + size])
        if phone:
            is_vowel = phone in VOWELS
            rows.append([PHONES.index(phone), int(stress and is_vowel), begins, 0])
            begins, stress = 0, 0 if is_vowel else stress
        elif symbols[i] in "ˈˌ":
            stress = 1
        elif symbols[i] in " ,;:.!?":
            begins = 1
            if symbols[i] != " " and rows[-1][0] != 0:
                rows.append([0, 0, 0, COMMA])
        i += size
    if rows[-1][0] != 0 or len(rows) == 1:
        rows.append([0, 0, 0, END])
    rows[-1][3] = END
    return rows
