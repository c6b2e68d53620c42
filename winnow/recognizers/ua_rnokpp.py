"""Ukrainian taxpayer numbers: ten digits with a check digit, beside their name."""

from stdnum.ua import rntrc

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="ua_rnokpp",
    entities=("UA_RNOKPP",),
    rules=(
        named(
            ("рнокпп", "іпн", "ідентифікаційний номер", "rnokpp", "ipn"),
            r"[0-9]{10}",
            rntrc.is_valid,
            "ten digits with a correct check digit beside the letters РНОКПП",
        ),
    ),
)
