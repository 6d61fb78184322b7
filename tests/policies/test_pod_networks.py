"""What policies open is what Kubernetes lets through: by its specification, packet by packet, and by published recipes.

`decided` is the specification, which knows packets and no networks; the evaluator knows networks and no packets.
"""

from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.context import Context
from policies.evaluation import evaluate_rule
from policies.kubernetes_objects import KubernetesObject
from policies.pod_networks import DIRECTIONS, PEERS, denies, openings
from policies.registry import BY_ID
from policies.resources import JudgedStack, Resource
from policies.settings import Settings
from tests.conftest import AS_OF
from tests.policies.network_specification import Packet, decided

RECIPES = yaml.safe_load(
    (Path(__file__).parents[1] / "fixtures/network_policy_recipes.yaml").read_text(encoding="utf-8")
)
NAME = "kubernetes.io/metadata.name"


def policy(spec):
    kind = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
    resource = Resource(urn="urn", type=kind, name="a", properties={"spec": spec})
    return KubernetesObject(resource, "NetworkPolicy", resource.value)


def opened(specs, direction, pod):
    found = [each for spec in specs for each in openings(policy(spec), direction)]
    return [each for each in found if each.selected.matches(pod)]


def passes(opening, packet):
    if not any(each.holds(packet.protocol, packet.port) for each in opening.ports):
        return False
    if opening.is_anything:
        return True
    if opening.networks is not None:
        return any(ip_address(packet.address) in network for network in opening.networks)
    if packet.labels is None:
        return False
    chosen = opening.namespaces
    near = packet.is_near if chosen is None else chosen.matches(packet.namespace)
    return near and opening.pods.matches(packet.labels)


# What people and generators write.

KEYS, WORDS = ("app", "team"), ("a", "b")
labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(WORDS), max_size=2)
expressions = st.one_of(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "operator": st.sampled_from(("In", "NotIn")),
            "values": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
        }
    ),
    st.fixed_dictionaries(
        {"key": st.sampled_from(KEYS), "operator": st.sampled_from(("Exists", "DoesNotExist"))}
    ),
)
selectors = st.fixed_dictionaries(
    {}, optional={"matchLabels": labels, "matchExpressions": st.lists(expressions, max_size=2)}
)
NETWORKS = (
    *(
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "10.0.0.0/8",
        "10.0.0.0/7",
        "10.1.2.3/16",
        "169.254.169.254/32",
    ),
    *("::/0", "fc00::/7", "2001:db8::/32"),
)
EXCEPTIONS = ("10.0.0.0/8", "10.1.0.0/16", "192.0.2.1/32", "169.254.0.0/16", "2001:db8::/33")
ADDRESSES = (
    *(
        "0.0.0.1",
        "10.0.0.1",
        "10.1.2.3",
        "11.0.0.1",
        "127.255.255.255",
        "128.0.0.0",
        "169.254.169.254",
        "192.0.2.1",
    ),
    *("192.0.2.2", "255.255.255.255", "fd00::1", "2001:db8::1", "2001:db8:ffff::1"),
)
blocks = st.builds(
    lambda cidr, left_out: {"ipBlock": {"cidr": cidr, "except": left_out}},
    st.sampled_from(NETWORKS),
    st.lists(st.sampled_from(EXCEPTIONS), max_size=3),
)
pods = st.fixed_dictionaries({"podSelector": selectors}, optional={"namespaceSelector": selectors})
namespaces = st.fixed_dictionaries({"namespaceSelector": selectors})
peers = st.one_of(blocks, pods, namespaces)
ports = st.fixed_dictionaries(
    {}, optional={"protocol": st.sampled_from(("TCP", "UDP", "SCTP")), "port": st.sampled_from((53, 80, 443))}
)
ranges = st.builds(
    lambda first, more: {"port": first, "endPort": first + more}, st.integers(1, 500), st.integers(0, 500)
)


def rules(direction):
    return st.fixed_dictionaries(
        {},
        optional={
            PEERS[direction]: st.lists(peers, max_size=3),
            "ports": st.lists(st.one_of(ports, ranges), max_size=2),
        },
    )


specs = st.fixed_dictionaries(
    {"podSelector": selectors},
    optional={
        "policyTypes": st.lists(st.sampled_from(DIRECTIONS), max_size=2, unique=True),
        "ingress": st.lists(rules("Ingress"), max_size=2),
        "egress": st.lists(rules("Egress"), max_size=2),
    },
)
packets = st.builds(
    Packet,
    port=st.sampled_from((22, 53, 80, 443, 600, 65535)),
    protocol=st.sampled_from(("tcp", "udp")),
    address=st.sampled_from(ADDRESSES),
    labels=st.one_of(st.none(), labels),
    namespace=labels,
    is_near=st.booleans(),
)
CLOSED = {"podSelector": {}, "policyTypes": list(DIRECTIONS)}


@given(st.lists(specs, max_size=3), st.sampled_from(DIRECTIONS), labels, packets)
def test_what_is_open_is_what_the_specification_lets_through(written, direction, pod, packet):
    # Beside a default, as in every namespace that is judged: without one a pod that nobody selects is open.
    written = [CLOSED, *written]
    found = any(passes(each, packet) for each in opened(written, direction, pod))
    assert found == decided(written, direction, pod, packet)


@given(specs, st.sampled_from(DIRECTIONS), labels, packets)
def test_a_policy_that_denies_lets_no_packet_of_any_pod_through(spec, direction, pod, packet):
    if denies(policy(spec), direction):
        assert not decided([spec], direction, pod, packet)


VPC = "10.1.0.0/16"
METADATA = ("169.254.169.254", "fd00:ec2::254")
careful = st.fixed_dictionaries(
    {
        "podSelector": selectors,
        "policyTypes": st.lists(st.sampled_from(DIRECTIONS), min_size=1, max_size=2, unique=True),
        "egress": st.lists(
            st.fixed_dictionaries(
                {"to": st.lists(peers, min_size=1, max_size=2), "ports": st.just([{"port": 80}])}
            ),
            max_size=2,
        ),
    }
)


def judged(written, kind_of_stack="team"):
    """What NW-08 says of policies in a namespace of a stack."""
    made = [
        Resource(
            urn=f"urn{index}",
            type="kubernetes:networking.k8s.io/v1:NetworkPolicy",
            name=f"policy{index}",
            properties={"metadata": {"namespace": "a"}, "spec": spec},
        )
        for index, spec in enumerate(written)
    ]
    kind = "kubernetes:core/v1:Namespace"
    namespace = Resource(urn="urn", type=kind, name="a", properties={"metadata": {"name": "a"}})
    context = Context(stack="a", as_of=AS_OF, kind=kind_of_stack, vpc_cidr=VPC)
    stack = JudgedStack([namespace, *made], context, Settings())
    results = [evaluate_rule(BY_ID["NW-08"], each, stack) for each in made]
    return any(each.broken or each.unsure for each in results)


@given(st.lists(careful, max_size=3), labels, st.sampled_from(METADATA))
def test_what_has_no_finding_reaches_no_metadata_of_instances(written, pod, address):
    written = [CLOSED, *written]
    if not judged(written):
        assert not decided(written, "Egress", pod, Packet(port=80, address=address))


@given(st.lists(careful, max_size=3), labels, labels)
def test_what_has_no_finding_reaches_no_pod_of_another_team(written, pod, theirs):
    written = [CLOSED, *written]
    if not judged(written):
        there = Packet(port=80, address="10.2.0.1", labels=theirs, namespace={NAME: "b", "team": "b"})
        assert not decided(written, "Egress", pod, there)


@pytest.mark.parametrize(("of", "found"), [("platform", False), ("team", True)])
def test_a_platform_reaches_endpoints_of_all_teams_and_a_team_none(of, found):
    marks = {"namespaceSelector": "paved.dev/stack", "podSelector": "serving.kserve.io/inferenceservice"}
    peer = {key: {"matchExpressions": [{"key": mark, "operator": "Exists"}]} for key, mark in marks.items()}
    spec = {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [{"to": [peer], "ports": [{"port": 8080}]}],
    }
    assert judged([CLOSED, spec], of) is found


@pytest.mark.parametrize("name", RECIPES)
def test_a_published_recipe_lets_through_what_it_says(name):
    recipe = RECIPES[name]
    assert [each for each in DIRECTIONS if denies(policy(recipe["spec"]), each)] == recipe.get("denies", [])
    for each in recipe["tried"]:
        direction = "Ingress" if "from" in each else "Egress"
        packet = tried(each)
        found = any(passes(one, packet) for one in opened([recipe["spec"]], direction, recipe["pod"]))
        assert found is each["let"] is decided([recipe["spec"]], direction, recipe["pod"], packet)


def tried(each):
    peer = each.get("from") or each.get("to")
    where = {"port": each["port"], "protocol": each.get("protocol", "tcp")}
    if "address" in peer:
        return Packet(**where, address=peer["address"])
    namespace = {NAME: peer["namespace"], **peer.get("of", {})}
    return Packet(**where, labels=peer["labels"], namespace=namespace, is_near=peer["namespace"] == "default")
