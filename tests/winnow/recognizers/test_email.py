"""The recogniser `winnow.recognizers.email`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to j.doe@corp.internal.", ["j.doe@corp.internal"]),
        ("<Maria.Keller+news@mail.example.co.uk>", ["Maria.Keller+news@mail.example.co.uk"]),
        ("root@localhost said", ["root@localhost"]),
        ("maria (at) example (dot) com", ["maria (at) example (dot) com"]),
        ("maria [at] example.com, please", ["maria [at] example.com"]),
        ("jo dot li at corp dot com is mine", ["jo dot li at corp dot com"]),
        ("m\u200baria@exam\xadple.com", ["m\u200baria@exam\xadple.com"]),
        ("maria＠example.com", ["maria＠example.com"]),
        ("a_b@x-y.de,c@d.fr", ["a_b@x-y.de", "c@d.fr"]),
        ("müller@bücher.example", ["müller@bücher.example"]),
        ("meet @ 5.30 pm", []),
        ("@property def x", []),
        ("user@ example", []),
        ("100 units @ 2.50", []),
        ("we met at noon dot", []),
        ("a@b", []),
        ("maria [at] corp [dot] internal", ["maria [at] corp [dot] internal"]),
        ("maria.keller(at)corp.com", ["maria.keller(at)corp.com"]),
        ("maria <at> corp.com", ["maria <at> corp.com"]),
        ("maria {ät} firma (punkt) de", ["maria {ät} firma (punkt) de"]),
        ("maria (arroba) empresa.es", ["maria (arroba) empresa.es"]),
        ("maria dot keller at corp dot com", ["maria dot keller at corp dot com"]),
        ("maria.keller at corp.com", ["maria.keller at corp.com"]),
        ("maria @ corp . com", ["maria @ corp . com"]),
        ("maria.keller @corp.com", ["maria.keller @corp.com"]),
        ("maria@corp.\ncom", ["maria@corp.\ncom"]),
        ("maria@\ncorp.com", ["maria@\ncorp.com"]),
        ("look at dot com bubble", []),
        ("we looked at dot net", []),
        ("have a look at pandas.org", []),
        ("he works at dot com", []),
        ("f(a) and g.x", []),
        ("items [a] to b.c", []),
        ("a @ b = c . d", []),
        ("x @ y.T", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """E-mail addresses are found to the character, of private domains and spelt out too; other uses of @ are not."""
    assert found("email", text) == expected
