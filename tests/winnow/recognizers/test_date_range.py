"""The recogniser `winnow.recognizers.date_range`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the time between 2 June 1986 and 11 May 1990 was", ["between 2 June 1986 and 11 May 1990"]),
        ("between 1983 and 1985", ["between 1983 and 1985"]),
        ("between 1 and 30 November 2001", ["between 1 and 30 November 2001"]),
        ("between March and the end of July 1994", ["between March and the end of July 1994"]),
        ("from 4 to 9 June 2003", ["4 to 9 June 2003"]),
        ("from 1962 until 1981", ["1962 until 1981"]),
        ("on 12 May and 3 October 2005", ["12 May and 3 October 2005"]),
        ("on 3 May, 9 July and on 17 October 1997", ["3 May, 9 July and on 17 October 1997"]),
        ("the night of 8 to 9 April", ["night of 8 to 9 April"]),
        ("8/9 April 1998", ["8/9 April 1998"]),
        ("March 3 and 8, 2004", ["March 3 and 8, 2004"]),
        ("July and December 1992", ["July and December 1992"]),
        ("in 1991, 1993 and 1996", ["1991, 1993 and 1996"]),
        ("the second half of 1989", ["second half of 1989"]),
        ("in the mid 1990s", ["mid 1990s"]),
        ("the end of May 1996", ["end of May 1996"]),
        ("in late June", ["late June"]),
        ("in the summer of 2003", ["summer of 2003"]),
        ("the spring and autumn of 1992", ["spring and autumn of 1992"]),
        ("2 June 1999 and 14 April 2000", []),
        ("between 3 and 8 cars", []),
        ("from 10 to 20 pages", []),
        ("between the two", []),
        ("it may and 5 times", []),
        ("the first half of the match", []),
        ("versions 1 and 2", []),
        ("summer and winter", []),
        ("1 and 5/2001", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Ranges and lists of dates are one span each; two full dates, and figures without a date, are none."""
    assert found("date_range", text) == expected
