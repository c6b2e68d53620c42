"""Writes the demo's landing zone: one week of Tarnvale Coffee Systems."""

from pathlib import Path

from pipelines.demo import exports, interviews, meetings, public, reports
from pipelines.demo.zone import Summary, Zone


def write_landing(root: Path, seed: str = "tarnvale") -> Summary:
    """Write the landing zone of the week from `pipelines.demo.zone.START` to ``root``; the same ``seed`` gives the same bytes.

    ::

        ROOT/reports/<department>/*.pdf|*.docx    internal reports; one encrypted, one cut short, one curriculum vitae
        ROOT/meetings/*.vtt|*.srt                 transcripts, each with its <stem>.minutes.md
        ROOT/interviews/*.vtt                     recorded conversations with customers
        ROOT/exports/support/tickets-DAY.csv      id, created_at, customer_name, customer_email, text, category
        ROOT/exports/reviews/reviews-DAY.csv|.xlsx    review_id, product, stars, text, reviewer
        ROOT/exports/marketing/campaigns-DAY.xlsx     campaign_id, brief, copy, channel
        ROOT/exports/hr/notes-DAY.csv             note_id, employee_name, employee_email, department, topic, note
        ROOT/exports/meetings/questions-DAY.jsonl     meeting, question, answer, support: [[from, to], …]
        ROOT/public/articles/*.html               saved pages with all that stands around an article
        ROOT/public/studies/*.xml                 JATS studies
        ROOT/public/feeds/industry-DAY.rss        headlines of the trade paper

    Files that stand there under the same names are overwritten, others are left alone.
    """
    zone = Zone(root)
    reports.write(zone, seed)
    meetings.write(zone, seed)
    interviews.write(zone, seed)
    exports.write(zone, seed)
    public.write(zone, seed)
    return zone.summary()
