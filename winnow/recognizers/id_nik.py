"""Indonesian identity numbers (NIK): a place, a date of birth and a serial number, sixteen digits."""

from stdnum.id import nik

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="id_nik",
    entities=("ID_NIK",),
    rules=(
        named(
            ("nik", "ktp", "nomor induk"),
            rf"[1-9][0-9]{{5}}{S}[0-9]{{6}}{S}[0-9]{{4}}",
            nik.is_valid,
            "sixteen digits that hold a place and a date of birth beside the letters NIK",
        ),
        bare(r"[1-9][0-9]{15}", nik.is_valid, "sixteen digits that hold a place and a date of birth", country="ID", score=0.6),
    ),
)
