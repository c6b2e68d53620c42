"""Words that the rows of checked files are drawn from: enough that rows drawn at random do not resemble each other."""

WORDS = (
    *("printer", "queue", "invoice", "payment", "account", "password", "server", "screen"),
    *("delay", "order", "refund", "label", "paper", "calendar", "network"),
)
