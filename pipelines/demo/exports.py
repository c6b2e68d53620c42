"""What departments export: tickets and reviews, campaigns, notes from staff conversations."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import openpyxl

from pipelines.demo.draw import Deck, Dice, Facts, bank, tell
from pipelines.demo.people import (
    Person,
    customer,
    customer_number,
    iban,
    ip_address,
    order_number,
    person,
    phone,
    street_address,
)
from pipelines.demo.report_docx import without_clock
from pipelines.demo.zone import DAYS, Zone, date_of, stamp

_STEADY = frozenset({"machine", "place", "product", "code", "town", "who"})  # one text speaks of one of each

_REVIEWS = {1: 110, 2: 115, 3: 220, 4: 115, 5: 120}  # stars → how many

_RESENT_SHARE = 0.03  # of the tickets come in a second time, a little changed

_DETAIL_SHARE, _CONTACT_SHARE = 0.75, 0.35  # of the tickets hold a detail, a line with contact data

_CAMPAIGNS = 66

_MAKERS: dict[str, tuple[Callable[[Dice], str], str]] = {
    "email": (lambda dice: customer(dice).email, "EMAIL_ADDRESS"),
    "phone": (phone, "PHONE_NUMBER"),
    "order": (order_number, "ORDER_NUMBER"),
    "customer": (customer_number, "CUSTOMER_NUMBER"),
    "address": (street_address, "ADDRESS"),
    "iban": (iban, "IBAN_CODE"),
    "ip": (ip_address, "IP_ADDRESS"),
}

Row = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What somebody wrote to the support desk."""

    sender: Person
    category: str
    text: str


def write(zone: Zone, seed: str) -> None:
    """Write all exports."""
    _write_tickets(zone, seed)
    _write_reviews(zone, seed)
    _write_campaigns(zone, seed)
    _write_notes(zone, seed)


def table_csv(rows: Sequence[Row]) -> str:
    """``rows``, the first of which names the columns, as CSV (RFC 4180)."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def table_xlsx(sheet: str, rows: Sequence[Row]) -> bytes:
    """``rows``, the first of which names the columns, as a workbook of one sheet, the same bytes each time."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return without_clock(buffer.getvalue())


def _makers(zone: Zone, dice: Dice, source: str) -> dict[str, Callable[[], str]]:
    """Fact → function that makes up personal data and records it."""
    return {
        name: lambda make=make, entity=entity: zone.plant(make(dice), entity, source, "body")  # type: ignore[misc]
        for name, (make, entity) in _MAKERS.items()
    }


def _write_tickets(zone: Zone, seed: str) -> None:
    words, dice = bank("tickets"), Dice(seed, "tickets")
    tickets = [ticket for category in words["categories"] for ticket in _tickets(zone, dice, words, category)]
    again = [ticket for ticket in tickets if dice.chance(_RESENT_SHARE)]
    again = [replace(ticket, text=f"{tell(dice, dice.pick(words['resent']), {})} {ticket.text}".strip()) for ticket in again]
    by_day: dict[int, list[Row]] = {}
    for number, ticket in enumerate([*dice.shuffled(tickets), *again]):
        day = dice.below(DAYS)
        name = zone.plant(ticket.sender.name, "PERSON", "tickets", "column")
        email = zone.plant(ticket.sender.email, "EMAIL_ADDRESS", "tickets", "column")
        row = (f"T{70_000 + number}", stamp(day, dice.below(24 * 60)), name, email, ticket.text, ticket.category)
        by_day.setdefault(day, []).append(row)
    for day, rows in sorted(by_day.items()):
        head = ("id", "created_at", "customer_name", "customer_email", "text", "category")
        zone.put(f"exports/support/tickets-{date_of(day)}.csv", table_csv([head, *rows]), day)


def _tickets(zone: Zone, dice: Dice, words: Mapping[str, Any], category: str) -> Iterator[_Ticket]:
    """The tickets of one ``category``."""
    opening, closing, contact = (Deck(dice, words[part]) for part in ("openings", "closings", "contacts"))
    problem, detail = (Deck(dice, words["categories"][category][part]) for part in ("problems", "details"))
    for _ in range(words["counts"][category]):
        sender = customer(dice)
        parts = [opening.draw(), problem.draw()]
        parts += [detail.draw()] if dice.chance(_DETAIL_SHARE) else []
        parts += [contact.draw()] if dice.chance(_CONTACT_SHARE) else []
        parts.append(closing.draw())
        facts = Facts(dice, {"person": sender.name}, words["slots"], _makers(zone, dice, "tickets"), _STEADY)
        yield _Ticket(sender, category, _joined(dice, parts, facts))


def _write_reviews(zone: Zone, seed: str) -> None:
    words, dice = bank("reviews"), Dice(seed, "reviews")
    decks = {pole: Deck(dice, words[pole]) for pole in ("openings", "positive", "negative", "mild")}
    ends = {pole: Deck(dice, words["ends"][pole]) for pole in words["ends"]}
    reviews = [stars for stars, count in _REVIEWS.items() for _ in range(count)]
    by_day: dict[int, list[Row]] = {}
    for number, stars in enumerate(dice.shuffled(reviews)):
        pole = "negative" if stars < 3 else "positive" if stars > 3 else "neutral"
        parts = [decks["openings"].draw(), *_aspects(dice, decks, stars), ends[pole].draw()]
        product = dice.pick(words["products"])
        text = _joined(dice, parts, Facts(dice, {"product": product}, words["slots"], None, _STEADY))
        reviewer = zone.plant(customer(dice).name, "PERSON", "reviews", "column")
        by_day.setdefault(dice.below(DAYS), []).append((f"R{3_000 + number}", product, stars, text, reviewer))
    for day, rows in sorted(by_day.items()):
        key, table = f"exports/reviews/reviews-{date_of(day)}", [("review_id", "product", "stars", "text", "reviewer"), *rows]
        if day % 2:
            zone.put(f"{key}.xlsx", table_xlsx("Reviews", table), day)
        else:
            zone.put(f"{key}.csv", table_csv(table), day)


def _aspects(dice: Dice, decks: Mapping[str, Deck[str]], stars: int) -> list[str]:
    """What a review with ``stars`` goes into, in a random order: the middle ones see both sides."""
    poles = {
        1: ("negative", "negative", "negative"),
        2: ("negative", "negative", "positive", "negative"),
        3: ("positive", "negative", "mild"),
        4: ("positive", "positive", "negative", "positive"),
        5: ("positive", "positive", "positive"),
    }[stars]
    chosen = [decks[pole].draw() for pole in poles]
    return dice.shuffled(chosen if dice.chance(0.6) or stars == 3 else chosen[:-1])


def _write_campaigns(zone: Zone, seed: str) -> None:
    words, dice = bank("marketing"), Dice(seed, "campaigns")
    pairs = [(product, audience) for product in words["products"] for audience in words["audiences"]]
    meet, lead = Deck(dice, pairs), Deck(dice, words["leads"])
    rows: dict[int, list[Row]] = {1: [], 3: []}
    for number in range(_CAMPAIGNS):
        product, audience = meet.draw()
        facts = {**product, **audience}
        told = [lead.draw(), dice.pick(words["bodies"]), dice.pick(words["gains"]), audience["call"]]
        copy = " ".join(tell(dice, sentence, facts) for sentence in told)
        brief = tell(dice, dice.pick(words["briefs"]), facts)
        rows[1 if number % 2 else 3].append((f"M{500 + number}", brief, copy, dice.pick(words["channels"])))
    for day, table in rows.items():
        head = ("campaign_id", "brief", "copy", "channel")
        zone.put(f"exports/marketing/campaigns-{date_of(day)}.xlsx", table_xlsx("Campaigns", [head, *table]), day)


def _write_notes(zone: Zone, seed: str) -> None:
    words, dice = bank("hr"), Dice(seed, "notes")
    topics = [topic for topic, count in words["counts"].items() for _ in range(count)]
    decks = {topic: Deck(dice, sentences) for topic, sentences in words["topics"].items()}
    rows: dict[int, list[Row]] = {0: [], 4: []}
    for number, topic in enumerate(dice.shuffled(topics)):
        someone = person(dice)
        name = zone.plant(someone.name, "PERSON", "notes", "column")
        email = zone.plant(someone.email, "EMAIL_ADDRESS", "notes", "column")
        parts = [dice.pick(words["openings"]), decks[topic].draw(), decks[topic].draw()]
        parts += [dice.pick(words["inside"]), dice.pick(words["agreed"])]
        note = _joined(dice, parts, Facts(dice, {}, None, _makers(zone, dice, "notes")))
        row = (f"N{number + 1:03}", name, email, dice.pick(words["departments"]), topic, note)
        rows[0 if number % 2 else 4].append(row)
    for day, table in rows.items():
        head = ("note_id", "employee_name", "employee_email", "department", "topic", "note")
        zone.put(f"exports/hr/notes-{date_of(day)}.csv", table_csv([head, *table]), day)


def _joined(dice: Dice, parts: Sequence[str], facts: Mapping[str, str]) -> str:
    """The ``parts`` told one after the other, on a new line behind a salutation."""
    told = [tell(dice, part, facts) for part in parts if part]
    return "".join(part + ("\n" if part.endswith(",") else " ") for part in told).strip()
