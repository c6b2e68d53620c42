"""What is materialized: the nodes of the asset graph, one layer a file, each with its checks beside it.

Belongs here: putting `winnow`'s functions and the adapters of `resources` together for one asset. Does not belong here: what
happens to text, and what runs when. Modules here never use ``from __future__ import annotations``: Dagster reads return types.
"""

import warnings

import dagster as dg

# The Dagster family is pinned to one version, so an interface that may change in the next one is no surprise to come.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
