"""Internal reports: what they say. How they look is in `pipelines.demo.report_pdf` and `pipelines.demo.report_docx`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.demo import report_docx, report_pdf
from pipelines.demo.draw import Dice, Facts, bank, tell
from pipelines.demo.people import (
    Person,
    birth_date,
    card,
    iban,
    ip_address,
    person,
    phone,
    secret_key,
    street_address,
)
from pipelines.demo.report import Report, Section, Table
from pipelines.demo.zone import COMPANY, DAYS, STAFF_DOMAIN, Zone

_FAMILIES = ("reliability", "audit", "energy", "finance", "service", "incident", "market")

_ASIDES = {  # family → a sentence with personal data that ends the last section, so that the others stay usable as targets
    "audit": "Questions about the findings go to $person at $address.",
    "finance": "The deposit for the contract was paid from account $iban, and travel was charged to the card $card.",
    "incident": "The first failed request came from $ip and was signed with the key $key, which has since been withdrawn.",
    "service": "Outside opening hours the team leader, $person, can be reached on $phone.",
    "market": "The list of participants is kept by $person, born on $birth, under a separate agreement.",
}

_CONTACT_TABLES = frozenset({"audit", "incident"})  # families whose reports end with a table of names and numbers

TWICE = 3  # this report is filed as PDF and as DOCX, in two departments

ENCRYPTED, CUT_SHORT = 8, 12  # these are filed once more: with a password, and without their last part


@dataclass(frozen=True, slots=True)
class _Planting:
    """Fills in personal data and keeps account of where it went."""

    zone: Zone
    dice: Dice
    where: str

    def makers(self) -> dict[str, Any]:
        """Fact → function that makes up a value and records it."""
        made = {
            "phone": (phone, "PHONE_NUMBER"),
            "iban": (iban, "IBAN_CODE"),
            "card": (card, "CREDIT_CARD"),
            "ip": (ip_address, "IP_ADDRESS"),
            "key": (secret_key, "SECRET"),
            "address": (street_address, "ADDRESS"),
            "birth": (birth_date, "DATE_OF_BIRTH"),
        }
        prose = {"person": lambda: self.zone.plant(person(self.dice).name, "PERSON", "reports", "prose")}
        return prose | {
            name: lambda make=make, entity=entity: self.zone.plant(make(self.dice), entity, "reports", self.where)
            for name, (make, entity) in made.items()
        }


def write(zone: Zone, seed: str) -> None:
    """Write all reports: even ones as PDF, odd ones as DOCX."""
    for number, (family, subject) in enumerate(_subjects()):
        report = _report(zone, seed, number, family, subject)
        key, day = f"reports/{report.department}/{report.stem}", number % DAYS
        if number % 2:
            zone.put(f"{key}.docx", report_docx.render(report), day)
        else:
            zone.put(f"{key}.pdf", report_pdf.render(report), day)
        if number == TWICE:
            zone.put(f"reports/archive/{report.stem}.pdf", report_pdf.render(report), day + 1)
        if number == ENCRYPTED:
            locked = report_pdf.render(report, password="not-for-everyone")  # noqa: S106 - a password that nobody needs
            zone.put(f"reports/legal/{report.stem}-confidential.pdf", locked, day)
        if number == CUT_SHORT:
            whole = report_pdf.render(report)
            zone.put(f"reports/operations/{report.stem}-copy.pdf", whole[: len(whole) // 3], day)
    _write_vita(zone, seed)


def _subjects() -> list[tuple[str, Mapping[str, str]]]:
    """Family and subject of each report, families taking turns."""
    rounds = zip(*(bank(f"reports/{family}")["subjects"] for family in _FAMILIES), strict=True)
    return [pair for subjects in rounds for pair in zip(_FAMILIES, subjects, strict=True)]


def _report(zone: Zone, seed: str, number: int, family: str, subject: Mapping[str, str]) -> Report:
    words, dice = bank(f"reports/{family}"), Dice(seed, "report", number)
    author = person(dice)
    variant = Dice(seed, "report", family, subject["title"])
    facts = Facts(dice, subject)
    sections = tuple(_section(variant, section, facts) for section in words["sections"])
    if family in _ASIDES:
        aside = tell(dice, _ASIDES[family], Facts(dice, subject, makers=_Planting(zone, dice, "body").makers()))
        last = sections[-1]
        sections = (*sections[:-1], Section(last.heading, (*last.paragraphs[:-1], f"{last.paragraphs[-1]} {aside}")))
    return Report(
        department=words["department"],
        stem="-".join(subject["title"].lower().split()),
        title=subject["title"],
        author=zone.plant(author.name, "PERSON", "reports", "header"),
        email=zone.plant(author.email, "EMAIL_ADDRESS", "reports", "body"),
        number=f"R-{2026_000 + number + 101}",
        company=COMPANY,
        summary=" ".join(_sentences(variant, words["summary"], facts)),
        sections=sections,
        tables=_tables(zone, dice, words["table"], contacts=family in _CONTACT_TABLES),
        footer=f"Office {zone.plant(phone(dice), 'PHONE_NUMBER', 'reports', 'footer')}",
        footnote=_footnote(zone, dice, words["footnote"]),
    )


def _section(dice: Dice, words: Mapping[str, Any], facts: Mapping[str, str]) -> Section:
    told = _sentences(dice, words["sentences"], facts)
    half = (len(told) + 1) // 2
    return Section(words["heading"], (" ".join(told[:half]), " ".join(told[half:])))


def _sentences(dice: Dice, positions: Sequence[Sequence[str]], facts: Mapping[str, str]) -> list[str]:
    return [tell(dice, dice.pick(alternatives), facts) for alternatives in positions]


def _tables(zone: Zone, dice: Dice, words: Mapping[str, Any], *, contacts: bool) -> tuple[Table, ...]:
    figures = [
        (str(name), *(f"{dice.between(words['low'], words['high']):,}" for _ in words["columns"][1:])) for name in words["rows"]
    ]
    table = Table("Figures", words["caption"], tuple(words["columns"]), tuple(figures))
    if not contacts:
        return (table,)
    rows = []
    for role in ("Quality office", "Purchasing", "Plant manager"):
        someone = person(dice)
        name = zone.plant(someone.name, "PERSON", "reports", "table")
        email = zone.plant(someone.email, "EMAIL_ADDRESS", "reports", "table")
        rows.append((role, name, email, zone.plant(phone(dice), "PHONE_NUMBER", "reports", "table")))
    return (table, Table("Contacts", "Whom to ask", ("Role", "Name", "E-mail", "Telephone"), tuple(rows)))


def _footnote(zone: Zone, dice: Dice, text: str) -> str:
    someone = person(dice)
    return f"{text} Enquiries to {zone.plant(someone.email, 'EMAIL_ADDRESS', 'reports', 'footnote')}."


def _write_vita(zone: Zone, seed: str) -> None:
    """One curriculum vitae, with a name in its file name."""
    dice = Dice(seed, "vita")
    maria = Person("Maria", "Keller", "maria.keller@example.com")
    zone.plant("Maria_Keller", "PERSON", "reports", "file_name")
    zone.plant(maria.name, "PERSON", "reports", "body")
    zone.plant(maria.email, "EMAIL_ADDRESS", "reports", "body")
    facts = Facts(dice, {}, makers=_Planting(zone, dice, "body").makers())
    report = Report(
        department="hr",
        stem="cv_Maria_Keller",
        title="Curriculum vitae",
        author=maria.name,
        email=maria.email,
        number="CV",
        company="Application",
        summary="",
        sections=tuple(Section(part["heading"], (tell(dice, part["text"], facts),)) for part in bank("vita")),
        tables=(),
        footer=STAFF_DOMAIN,
        footnote="",
    )
    zone.put("reports/hr/cv_Maria_Keller.docx", report_docx.render(report), 2)
