"""What stands before what in a plan."""


def needs(plan, resource):
    """Every URN that stands before a resource, over as many steps as it takes."""
    seen, waiting = set(), list(resource.depends_on)
    while waiting:
        urn = waiting.pop()
        if urn not in seen:
            seen.add(urn)
            waiting += plan.by_urn[urn].depends_on
    return seen
