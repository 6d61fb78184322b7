"""Rules of exposure: Services and Ingresses that are reached from outside the cluster."""

from collections import Counter
from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Value, any_of
from reference.vocabulary import SERVICE

INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
INTERNAL = "service.beta.kubernetes.io/aws-load-balancer-internal"
SNIPPETS = ("configuration-snippet", "server-snippet", "auth-snippet", "stream-snippet")


def _exposed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == SERVICE:
        yield from _service(subject)
        return
    spec = subject.at("spec")
    yield claim(spec.at("tls").is_given, "`spec.tls` is not set")
    secured: list[str] = []
    for tls in spec.at("tls").items():
        secured += [host.text() for host in tls.at("hosts").items()]
    for rule in spec.at("rules").items():
        host = rule.at("host")
        yield claim(host.test(lambda raw: "*" not in raw), f"`{host.path}` is not set, or a wildcard")
        yield claim(host.test(lambda raw: raw in secured), f"`{host.path}` has no certificate in `spec.tls`")
    for key, _ in subject.at("metadata.annotations").entries():
        # A snippet is configuration of the controller that all teams share.
        yield claim(not key.endswith(SNIPPETS), f"annotation `{key}` injects configuration")
    hosts: Counter[object] = Counter()
    for each in stack.of(INGRESS):
        hosts.update(host.raw for host in _hosts(each))
    twice = [host for host in _hosts(subject) if hosts[host.raw] > 1]
    yield claim(not twice, "another Ingress answers for a host of it")


def _hosts(ingress: Resource) -> list[Value]:
    return [rule.at("host") for rule in ingress.at("spec.rules").items() if rule.at("host").is_known]


def _service(service: Resource) -> Iterator[Claim]:
    kind = service.at("spec.type")
    annotations = service.at("metadata.annotations")
    # The load balancer controller reads the scheme; the annotation that is older says the same as a bool.
    internal = any_of((annotations.key(SCHEME).equals("internal"), annotations.key(INTERNAL).equals(True)))
    yield claim(~kind.equals("NodePort"), "`spec.type` is `NodePort`")
    yield claim(
        ~kind.equals("LoadBalancer") | internal, "`spec.type` is `LoadBalancer`, without the internal scheme"
    )
    yield claim(service.at("spec.externalIPs").is_absent, "`spec.externalIPs` is set")


RULES = (
    Rule(
        id="NW-09",
        name="exposure",
        title="What leaves the cluster is internal, under TLS, and under one name",
        why="A load balancer is public unless it says otherwise; an ingress without a host answers for every team.",
        fix="Use ClusterIP or an internal load balancer; give an Ingress hosts with certificates.",
        cluster=(
            "`paved-services`, `paved-entrances`: nothing of a team is reached from outside, whoever makes it"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_152", "CKV_K8S_153", "CKV_K8S_154"),
        scope="stack",
        kinds=(SERVICE, INGRESS),
        check=_exposed,
    ),
)
