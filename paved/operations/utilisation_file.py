"""The use of each team's GPU pools, as the file that `paved report --utilisation` reads."""

import csv
from decimal import Decimal
from io import StringIO

from paved.billing.utilisation import COLUMNS
from paved.operations.figures import hours
from paved.operations.goodput import Goodput
from paved.operations.organisation import OrganisationFacts
from paved.operations.period import Period

EXACT = Decimal("0.0001")


def utilisation_csv(goodput: Goodput, organisation: OrganisationFacts, period: Period) -> str:
    """GPU-hours of the nodes of each pool, and those that a pod held from the moment it had its node."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for pool, use in sorted(goodput.of_pools().items(), key=lambda item: (item[0].stack, item[0].pool)):
        stack = organisation.team_stack(pool.stack)
        if stack and pool.pool in stack.pools:
            amounts = [f"{hours(steps).quantize(EXACT):f}" for steps in (use.total, use.requested)]
            writer.writerow([str(period.month), pool.stack, pool.pool, *amounts])
    return out.getvalue()
