"""Releases of charts in a plan, and the resources that go before another."""

RELEASE = "kubernetes:helm.sh/v3:Release"


def installed(plan, chart):
    """The release of a chart."""
    [found] = [r for r in plan.of(RELEASE) if r.inputs["name"] == chart]
    return found


def needs(plan, resource):
    """Every URN that goes before a resource, over as many steps as it takes."""
    seen, waiting = set(), list(resource.depends_on)
    while waiting:
        urn = waiting.pop()
        if urn not in seen:
            seen.add(urn)
            waiting += plan.by_urn[urn].depends_on
    return seen
