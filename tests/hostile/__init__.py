"""A corpus of hostile files over all formats, what is true of each, and the run that they have to survive."""
