"""How well the scrubber finds personal data: annotated texts, measures, tables. Not part of the wheel.

Belongs here: reading annotated sets, the project's own held-out texts, metrics with their intervals, and the program that renews
the figures in ``docs/pii.md``. Does not belong here: what trains a model (`training`), how fast it runs (`benchmarks`), and any
text that is not the project's own: public sets are an argument. No text of a set leaves through a table, a log or an error.
"""
