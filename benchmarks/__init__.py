"""What things cost: programs behind ``make bench-…``, run by a person on a quiet machine. Not part of the wheel.

Belongs here: making the same input for all contenders, timing them, tables. Does not belong here: whether they find anything
(`evaluation`), and tests: no test measures time.
"""
