"""How numbers are written: in figures with their separators, and in English words.

Belongs here: patterns of numbers that several recognisers share. Does not belong here: what a number counts.
"""

from winnow.recognizers._base import words

_SMALL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion)"
)

WORDS = rf"(?:(?:a (?=[htmb]))?{_SMALL}(?:(?:-| and | ){_SMALL}){{0,5}})"
"""A number in English words; to be matched without regard to case."""

FIGURES = r"(?:[0-9]{1,3}(?:[,.' ][0-9]{3}){1,4}(?:[.,][0-9]{1,2})?|[0-9]{1,12}(?:[.,][0-9]{1,4})?)"
"""A number in figures, with separators of thousands and decimals."""

NUMBER = rf"(?:{FIGURES}|{WORDS})"

HEADS = words("a one two thr fou fiv six sev eig nin ten ele twe thi for fif hun tho mil bil")
"""What the words begin with that `WORDS` begins with, for `winnow.recognizers._base.Rule.heads`."""
