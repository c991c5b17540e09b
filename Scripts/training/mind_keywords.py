"""Judges an answer by keywords: mind_questions.json."""

import re

from mind_talks import ONES, TENS

WORDS_MAX = 40


def found(keyword, text):
    """At a word's beginning. A number is the whole number: neither "twenty" in "twenty-six" nor "5" in "56"."""
    begin = r"(?<![a-z0-9-])" if keyword[0].isalnum() else ""
    end = r"(?![\w-])" if keyword.isdigit() or keyword.split("-")[0].split(" ")[0] in ONES + TENS else ""
    return re.search(begin + re.escape(keyword) + end, text)


def acceptable(question, answer):
    text = answer.lower().replace("’", "'")
    whole = 0 < len(answer.split()) <= WORDS_MAX and answer[-1] in ".!?" and not re.search(r"(\w+[,.]? )\1\1\1", text)
    return whole and any(found(k, text) for k in question["accept"]) and not any(found(k, text) for k in question.get("reject", []))
