"""Canaries: known values, planted wherever personal data can stand, and the search for those that come through.

`values` makes them, `files` and `tables` plant them, `survivors` looks for them, `proof` does all of it over one home. The names,
values and sentences here are nobody's, and stand nowhere else in the project: what finds them was not made for them.
"""
