"""Everything behind the `paved` command."""

import time

IMPORTED_AT = time.time()
"""The moment before any code of ours was imported: what changed later may not be what runs."""
