"""Recognisers of personal data: one entity a file, found by `winnow.registry.discover`.

Each module holds one constant ``RECOGNIZER``: its name, its entities and its rules (see `winnow.recognizers._base`). A rule
is a regular expression over the normalised view (`winnow.normalise`), so it need not know of non-breaking spaces or full-width
digits, and a check that looks at digits, checksums and the words around. Context words stand in the patterns, since no NLP
pipeline runs.

A rule must treat the start and the end of a text as it treats a line break, and must not match a lone
`winnow.normalise.FILLER`: texts are scrubbed in blocks and searched again in examples. No recogniser logs what it matched.
"""
