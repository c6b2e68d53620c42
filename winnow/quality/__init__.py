"""What a text looks like, measured: repetition, marks, words, language, and what an answer has of its prompt.

Belongs here: signals and their published thresholds. Does not belong here: which examples leave for them (`winnow.screen`), and
duplicates of whole texts (`winnow.dedup`).

One file a question: `_layout` cuts texts into words, lines and paragraphs; `_repetition` and `_marks` measure those; `_answers`
compares an answer with its prompt; `_tongues` tells languages; `measures` puts them together; `signals` says what each figure means.
"""
