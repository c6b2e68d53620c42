"""What happens to text: pure functions over strings and Arrow tables.

No orchestrator, no disk, no network: the same functions run in a test, in a pool worker and on a cluster's executor.
"""
