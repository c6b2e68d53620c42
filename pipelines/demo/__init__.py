"""The demo: the landing zone of a company that does not exist.

Belongs here: everything that makes up Tarnvale Coffee Systems, a maker of coffee machines, for one week. Does not belong here:
reading, scrubbing or anything else that the pipeline does to real material; nothing else imports this package but the command
line and the tests. The prose lives in ``banks/``, the code that arranges it in one module a kind of material.
"""

from pipelines.demo.landing import write_landing
from pipelines.demo.zone import DAYS, START, Planted, Summary

__all__ = ["DAYS", "START", "Planted", "Summary", "write_landing"]
