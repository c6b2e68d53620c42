"""What touches the world: configuration, sources, ledger, lake, releases, worker processes, clock, lock and hooks.

Belongs here: adapters, each a plain object that a test builds on a temporary folder. Does not belong here: the orchestrator
(`assets`, `pipelines`) and what happens to text (`winnow`).
"""
