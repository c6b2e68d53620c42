"""Training of the name model: corpora, synthetic text, the network and its figures; nothing here is in the wheel."""
