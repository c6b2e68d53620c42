"""Held-out corporate texts: eleven genres, made from own templates and own lists of names, annotated as they are made.

They share no template and no list with the texts that the name model is trained on, so that they show what it does with what it
has not seen. The same code gives the same documents.

Belongs here: texts and their annotation. Does not belong here: what is measured on them (`evaluation.metrics`).
"""

from evaluation.corporate.generate import GENRES, generate

__all__ = ["GENRES", "generate"]
