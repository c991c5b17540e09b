"""Writes .weights/minds/book.txt, 2.6 MB of English prose: the sections A, B, C and F of "An Anarchist FAQ" (Debian's package
anarchism), without its markup.

    apt-get download anarchism && dpkg -x anarchism_*.deb book && python3 Scripts/language/book.py book
"""
import gzip
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def plain(text):
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*_#\\]+", "", text)
    text = re.sub(r"\n{2,}", "\n\n", text)
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("usr/share/doc/anarchism/markdown/sec[ABCF][0-9]*.md.gz"))
    text = "\n".join(plain(gzip.decompress(file.read_bytes()).decode(errors="ignore")) for file in files)
    target = ROOT / ".weights/minds/book.txt"
    target.write_text(text)
    print(f"{target}: {len(files)} sections, {len(text)} characters")


main()
