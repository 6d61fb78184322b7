from ipaddress import ip_address, ip_network

import pytest

from components.serving.namespace import ServingNamespace, ServingNamespaceArgs
from components.serving.quota import NamespaceLimits

PODS = {
    # where a connection comes from, or goes to: namespace, labels of namespace and pod, address
    "own": ("vision-prod", {}, {}, "10.16.4.7"),
    "own-endpoint": ("vision-prod", {}, {"serving.kserve.io/inferenceservice": "detector"}, "10.16.4.8"),
    "other-team": ("ranking-prod", {"paved.dev/stack": "ranking-prod"}, {}, "10.16.9.9"),
    "caller": ("shop", {"calls.paved.dev/vision-prod": "true"}, {}, "10.16.7.7"),
    "prometheus": ("monitoring", {}, {}, "10.16.5.5"),
    "prober": ("monitoring", {}, {"app.kubernetes.io/name": "prometheus-blackbox-exporter"}, "10.16.5.7"),
    "ray-operator": ("kuberay-system", {}, {}, "10.16.5.6"),
    "dns": ("kube-system", {}, {"k8s-app": "kube-dns"}, "10.16.2.2"),
    "other-system": ("kube-system", {}, {"k8s-app": "metrics-server"}, "10.16.2.3"),
    "vpc-endpoint": (None, {}, {}, "10.16.200.10"),
    "pod-identity": (None, {}, {}, "169.254.170.23"),
    "instance-metadata": (None, {}, {}, "169.254.169.254"),
    "s3": (None, {}, {}, "52.216.1.1"),
    "on-premises": (None, {}, {}, "10.200.0.1"),
}


@pytest.fixture
def specs(plan_program):
    def run(vpc_cidr="10.16.0.0/16", *, endpoints_only=False, probed=False, logs_requests=False):
        args = ServingNamespaceArgs(
            stack="vision-prod",
            labels={},
            kubernetes_version="1.35",
            quota=NamespaceLimits(vcpus=1, memory_gib=1, gpus=0, neurons=0, efas=0, pods=5, storage_gib=0),
            vpc_cidr=vpc_cidr,
            monitoring_namespace="monitoring",
            endpoints_only=endpoints_only,
            nodes=[],
            identities=[],
            groups={"develop": ["paved:vision-prod"]},
            protect=False,
            logs_requests=logs_requests,
            probed=probed,
        )
        planned = plan_program(lambda: ServingNamespace("vision-prod", args))
        policies = planned.of("kubernetes:networking.k8s.io/v1:NetworkPolicy")
        return {policy.inputs["metadata"]["name"]: policy.inputs["spec"] for policy in policies}

    return run


def selected(selector, labels):
    found = selector or {}
    equal = all(labels.get(key) == value for key, value in found.get("matchLabels", {}).items())
    return equal and all(holds(each, labels) for each in found.get("matchExpressions", []))


def holds(requirement, labels):
    value = labels.get(requirement["key"])
    match requirement["operator"]:
        case "Exists":
            return value is not None
        case "In":
            return value in requirement["values"]
        case "NotIn":
            return value not in requirement["values"]
    raise AssertionError(requirement)


def matches(peer, name):
    """Whether a peer of a rule of vision-prod means the pod or address called `name`."""
    namespace, namespace_labels, pod_labels, address = PODS[name]
    if block := peer.get("ipBlock"):
        inside = ip_address(address) in ip_network(block["cidr"])
        return inside and not any(ip_address(address) in ip_network(e) for e in block.get("except", []))
    if namespace is None:
        return False
    if "namespaceSelector" in peer:
        every_label = {**namespace_labels, "kubernetes.io/metadata.name": namespace}
        if not selected(peer["namespaceSelector"], every_label):
            return False
    elif namespace != "vision-prod":
        return False
    return selected(peer.get("podSelector"), pod_labels)


def allowed(specs, direction, name, port, protocol="TCP", pod=None):
    """The semantics of Kubernetes: some policy of the pod has a rule for the peer and the port."""
    peers = {"Ingress": "from", "Egress": "to"}[direction]
    return any(
        any(matches(peer, name) for peer in rule[peers])
        and (
            not rule.get("ports")
            or any((p["port"], p["protocol"]) == (port, protocol) for p in rule["ports"])
        )
        for spec in specs.values()
        if selected(spec["podSelector"], pod or {})
        for rule in spec.get(direction.lower(), [])
    )


def test_both_directions_are_denied_unless_another_policy_allows(specs):
    deny = specs()["default-deny"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_every_policy_is_about_every_pod_and_names_its_direction(specs):
    for name, spec in specs().items():
        assert spec["podSelector"] == {}, name
        if name != "default-deny":
            assert [kind.lower() for kind in spec["policyTypes"]] == sorted({"ingress", "egress"} & set(spec))


@pytest.mark.parametrize(
    ("peer", "port", "protocol"),
    [
        ("own", 29500, "TCP"),
        ("dns", 53, "UDP"),
        ("dns", 53, "TCP"),
        ("pod-identity", 80, "TCP"),
        ("vpc-endpoint", 443, "TCP"),
        ("s3", 443, "TCP"),
    ],
)
def test_a_pod_reaches_what_it_needs(specs, peer, port, protocol):
    assert allowed(specs(), "Egress", peer, port, protocol)


@pytest.mark.parametrize(
    ("peer", "port"),
    [
        ("other-team", 8080),
        ("prometheus", 9090),
        ("dns", 8080),
        ("other-system", 53),
        ("instance-metadata", 80),
        ("pod-identity", 443),
        ("s3", 80),
        ("s3", 22),
        ("on-premises", 443),
    ],
)
def test_a_pod_reaches_nothing_else(specs, peer, port):
    assert not allowed(specs(), "Egress", peer, port)


@pytest.mark.parametrize("peer", ["own", "dns", "pod-identity", "vpc-endpoint"])
def test_a_pod_that_is_held_to_endpoints_reaches_them(specs, peer):
    ports = {"own": 29500, "dns": 53, "pod-identity": 80, "vpc-endpoint": 443}
    assert allowed(specs(endpoints_only=True), "Egress", peer, ports[peer])


@pytest.mark.parametrize("peer", ["s3", "on-premises", "instance-metadata"])
def test_a_pod_that_is_held_to_endpoints_reaches_no_public_address(specs, peer):
    """S3 has addresses in the VPC there."""
    assert not allowed(specs(endpoints_only=True), "Egress", peer, 443)


@pytest.mark.parametrize(
    ("peer", "port"),
    [("own", 29500), ("ray-operator", 8265), ("caller", 8080), ("prometheus", 8002), ("prometheus", 8082)],
)
def test_a_pod_is_reached_by_whom_it_serves(specs, peer, port):
    assert allowed(specs(), "Ingress", peer, port)


@pytest.mark.parametrize(
    ("peer", "port"),
    [
        ("other-team", 8080),
        ("other-team", 29500),
        ("other-team", 8265),
        ("ray-operator", 6379),
        ("caller", 8002),
        ("prometheus", 8080),
        ("s3", 8080),
    ],
)
def test_a_pod_is_reached_by_nobody_else(specs, peer, port):
    assert not allowed(specs(), "Ingress", peer, port)


@pytest.mark.parametrize("vpc_cidr", ["10.16.0.0/16", "172.16.0.0/14", "192.168.0.0/16"])
def test_a_range_that_one_rule_opens_is_no_exception_of_another(specs, vpc_cidr):
    blocks = [
        peer["ipBlock"]
        for spec in specs(vpc_cidr).values()
        for rule in spec.get("egress", [])
        for peer in rule["to"]
        if "ipBlock" in peer
    ]
    opened = [block["cidr"] for block in blocks]
    assert len(opened) == len(set(opened))
    assert not set(opened) & {exception for block in blocks for exception in block.get("except", [])}


def test_no_rule_names_a_port_by_name(specs):
    ports = [
        port["port"]
        for spec in specs().values()
        for direction in ("ingress", "egress")
        for rule in spec.get(direction, [])
        for port in rule.get("ports", [])
    ]
    assert ports and all(isinstance(port, int) for port in ports)


LOGGED, COLLECTOR = ({"paved.dev/inference-log": part} for part in ("endpoint", "collector"))


@pytest.mark.parametrize(
    ("peer", "port", "pod"),
    [
        ("caller", 9081, LOGGED),  # KServe's agent, which logs
        ("own", 9081, LOGGED),
        ("caller", 8080, {}),
        ("own-endpoint", 8081, COLLECTOR),
        ("caller", 8080, COLLECTOR),  # feedback
        ("own", 8080, COLLECTOR),
        ("prometheus", 8002, COLLECTOR),
        ("own", 29500, {}),
    ],
)
def test_where_requests_are_logged_each_pod_is_reached_by_whom_it_serves(specs, peer, port, pod):
    assert allowed(specs(logs_requests=True), "Ingress", peer, port, pod=pod)


@pytest.mark.parametrize(
    ("peer", "port", "pod"),
    [
        ("caller", 8080, LOGGED),  # past the agent
        ("caller", 9081, {}),
        ("caller", 8081, COLLECTOR),
        ("own", 8081, COLLECTOR),  # a job would write what nobody asked
        ("other-team", 8081, COLLECTOR),
        ("other-team", 8080, COLLECTOR),
        ("prometheus", 8081, COLLECTOR),
    ],
)
def test_nobody_gets_past_the_log_or_writes_to_it_otherwise(specs, peer, port, pod):
    assert not allowed(specs(logs_requests=True), "Ingress", peer, port, pod=pod)


def test_the_prober_comes_in_where_an_endpoint_is_probed_and_no_further(specs):
    assert allowed(specs(probed=True), "Ingress", "prober", 8080)
    assert not allowed(specs(probed=True), "Ingress", "prober", 29500)
    assert not allowed(specs(probed=True), "Ingress", "prometheus", 8080)
    assert not allowed(specs(), "Ingress", "prober", 8080)
    assert allowed(specs(probed=True, logs_requests=True), "Ingress", "prober", 9081, pod=LOGGED)
