"""A rule of what pods of a team reach: from `hardened` on nothing outside of private networks."""

from collections.abc import Iterator

from policies.addresses import public, without
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Undetermined, Value
from reference.vocabulary import NETWORK_POLICY


def _stays_inside(policy: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    for rule in policy.at("spec.egress").items():
        peers = rule.at("to").items()
        # A rule without a peer is about every address there is.
        yield claim(bool(peers), f"`{rule.path}` names no `to`, which lets pods out to every address")
        opened = _public([peer for peer in peers if peer.at("ipBlock").is_absent is not Truth.YES])
        yield claim(not opened, f"`{rule.path}` lets pods out to {', '.join(opened)}")


def _public(peers: list[Value]) -> list[str]:
    """The public networks that peers open together, each without its exceptions."""
    opened: list[str] = []
    try:
        for peer in peers:
            block = peer.at("ipBlock")
            exceptions = [each.text() for each in block.at("except").items()]
            opened += [str(network) for network in without(block.at("cidr").text(), exceptions)]
        return [str(network) for network in public(opened)]
    except ValueError:
        raise Undetermined("a network, which is none") from None


RULES = (
    Rule(
        id="NW-11",
        name="no-public-egress",
        title="Pods of a hardened team reach no public address",
        why="Whoever runs code in a pod sends its data to any host that takes HTTPS, and IAM is not asked.",
        fix="Take the address out of the NetworkPolicy; what pods need is brought into a bucket or an image before.",
        cluster="only the plan: members write no NetworkPolicy",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("SC-7(5)", "AC-4"),
        scope="stack",
        security="hardened",
        kinds=(NETWORK_POLICY,),
        check=_stays_inside,
        note="Names are still resolved: what a pod asks a resolver leaves by way of DNS. Controllers of the platform "
        "reach the internet through NAT.",
    ),
)
