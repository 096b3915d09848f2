import re

import regex

# bug: adjacent-wildcards
ASSIGNMENT = re.compile(r"(?:\"|')+.*(?:.*=.*)", re.DOTALL)

ACRONYM = re.compile(
    r"(?:^|(?<=\W))"
    # bug: nested-quantifier
    r"(?:(?:[A-Z]\.?)+[a-z0-9&/-]?)+"
    r"(?:$|(?=\W))",
)


def clean(text, names):
    # bug: adjacent-wildcards
    text = re.sub("\\s+\\s*$", "", text)
    # bug: nested-quantifier
    found = regex.search(rb"(?P<word>\w+)*;", text)
    return found or [
        # bug: nested-quantifier
        re.fullmatch(r"([^,]+)+", name)
        for name in names
    ]


def safe(text):
    # ok: adjacent-wildcards, nested-quantifier
    pair = re.match(r"([^=]*)=(.*)", text)
    # ok: nested-quantifier
    numbers = re.match(r"\d+(?:,\d+)*$", text)
    # ok: adjacent-wildcards
    dots = re.match(r"\.*.*", text)
    # Possessive: the engine gives nothing back.
    # ok: nested-quantifier
    words = re.match(r"(?:\w+)++;", text)
    # ok: adjacent-wildcards, nested-quantifier
    glob = text.replace(".*.*", "(a+)+")
    return pair, numbers, dots, words, glob
