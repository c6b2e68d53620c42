"""Recorded conversations: one asks, the other answers at length."""

from pipelines.demo.draw import Dice, bank
from pipelines.demo.meetings import Meeting, vtt
from pipelines.demo.people import people
from pipelines.demo.zone import DAYS, Zone


def write(zone: Zone, seed: str) -> None:
    """Write the interviews as WebVTT."""
    for number, interview in enumerate(bank("interviews")):
        asker, answerer = people(Dice(seed, "interview", number), 2)
        cast = {"ask": asker, "answer": answerer}
        for someone in cast.values():
            zone.plant(someone.name, "PERSON", "interviews", "speaker")
        talk = Meeting(interview["stem"], (2 + number) % DAYS, cast)
        for turn in interview["turns"]:
            for role, text in turn.items():
                talk.say(cast[role].name, text)
        zone.put(f"interviews/{interview['stem']}.vtt", vtt(talk.turns), talk.day)
