"""What a mistake in the catalog is called: pydantic's error types in plain words, each with what to do.

No message repeats a value: it may have come from the environment.
"""

from collections.abc import Mapping
from typing import Any

_REQUIRED = {
    "licence": "say under which licence its texts may be used: an SPDX identifier such as CC-BY-4.0, or `proprietary`",
    "basis": "say by what right its texts are fetched and trained on: licence, tdm_exception, permission or own",
    "contact": "name an e-mail address or page at which a site's owner can reach you; every request carries it",
    "salt": "write `salt: ${env:WINNOW_SALT}` and keep the secret of 16 or more characters out of this file",
    "audiences": "name the audiences whose sources may feed it, such as [internal, public]",
    "columns": "name the columns that become text; no other does",
    "asset": "say which class of source it is",
    "kind": "say which kind it is",
    "version": "write `version: 1`",
    "start": "write the first day that counts, such as 2026-10-01",
}

_TYPES = {
    "string_type": "text expected; put it in quotes",
    "int_type": "a whole number expected",
    "int_parsing": "a whole number expected",
    "int_from_float": "a whole number expected",
    "float_type": "a number expected",
    "float_parsing": "a number expected",
    "bool_type": "true or false expected",
    "bool_parsing": "true or false expected",
    "tuple_type": "a list expected; begin each line below it with `- `",
    "list_type": "a list expected; begin each line below it with `- `",
    "dict_type": "named fields expected; write `name: value` lines below it",
    "model_type": "named fields expected; write `name: value` lines below it",
    "model_attributes_type": "named fields expected; write `name: value` lines below it",
    "date_type": "a day expected, such as 2026-10-01",
    "date_parsing": "a day expected, such as 2026-10-01",
    "date_from_datetime_parsing": "a day expected, such as 2026-10-01",
    "date_from_datetime_inexact": "a day expected, without a time of day",
}


def expected(error: Mapping[str, Any], name: str) -> str:  # noqa: PLR0911 - a table with one line a type
    """What stands wrong in field ``name`` by pydantic's ``error``: what was expected, and what to do."""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"field required; {_REQUIRED.get(name, 'add it')}"
        case "union_tag_not_found":
            return f"kind: field required; say which kind it is: {context.get('expected_tags', 'see the documentation')}"
        case "union_tag_invalid":
            return f"kind: {context['expected_tags']} expected; choose one"
        case "literal_error" | "enum":
            return f"{context['expected']} expected; choose one"
        case "string_pattern_mismatch":
            return f"text that matches {context['pattern']} expected"
        case "string_too_short":
            return f"at least {context['min_length']} characters expected"
        case "too_short":
            return f"at least {context['min_length']} entry expected; add one"
        case "value_error" | "assertion_error":
            return str(context.get("error", error["msg"])) if context else str(error["msg"])
        case kind if kind in _TYPES:
            return _TYPES[kind]
    for bound, words in {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}.items():
        if bound in context:
            return f"a number {words} {context[bound]} expected"
    return str(error["msg"])
