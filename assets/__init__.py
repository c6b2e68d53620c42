"""What is materialized: the nodes of the asset graph, one layer a file, each with its checks beside it.

Belongs here: putting `winnow`'s functions and the adapters of `resources` together for one asset. Does not belong here: what
happens to text, and what runs when. Modules here never use ``from __future__ import annotations``: Dagster reads return types.
"""
