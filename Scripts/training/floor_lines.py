"""Sentences for the assistant's voice: 340 of LJ Speech's texts, one a line.

    python floor_lines.py WEIGHTS
"""

import random
import sys

from ear_data import lj_texts


def main():
    texts = sorted({t for t in lj_texts(sys.argv[1]).values() if 6 <= len(t.split()) <= 26})
    random.Random(5).shuffle(texts)
    print("\n".join(texts[:340]))


if __name__ == "__main__":
    main()
