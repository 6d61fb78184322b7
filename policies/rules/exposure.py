"""Rules of exposure: by what a cluster is reached from outside, and what else decides who reaches a pod."""

from collections import Counter
from collections.abc import Iterator, Mapping

from policies.kubernetes_objects import PREFIX, KubernetesObject, objects_of, objects_of_kind, tokens
from policies.resources import EVERY_KIND, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value
from reference.vocabulary import HELM_CHART, HELM_RELEASE

AWS = "service.beta.kubernetes.io/aws-load-balancer-"
SCHEME, INTERNAL = f"{AWS}scheme", f"{AWS}internal"
ADDRESSES = f"{AWS}eip-allocations"
CLASSES = ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb")
"""Classes of load balancers that are internal unless their scheme says otherwise."""
ALB = "alb.ingress.kubernetes.io/"
NGINX = "nginx.ingress.kubernetes.io/"
CHARTS = (HELM_RELEASE, HELM_CHART)
ENTRANCES = ("ingress", "ingresses", "gateway", "gatewayapi", "httproute", "route", "virtualservice")
"""Values of charts, in lower case, that make an entrance where they are enabled."""
OWN_POLICIES = {
    "jupyterhub": (
        "hub.networkPolicy.enabled",
        "proxy.chp.networkPolicy.enabled",
        "singleuser.networkPolicy.enabled",
    )
}
"""Charts whose own NetworkPolicies let out to the internet, and the values by which they make none."""
PLAIN_HTTP = ("ssl-redirect", "force-ssl-redirect")


def _exposed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in CHARTS:
        yield from _chart(subject, stack)
        return
    for each in objects_of(subject):
        if each.kind == "Service":
            yield from _service(each)
        elif each.kind == "Ingress":
            yield from _ingress(each, stack)


def _at(each: KubernetesObject, path: str) -> Value:
    """A field of an object. What a Patch twin leaves out is unknown, as in Resource.at."""
    return each.resource.at(path) if each.value is each.resource.value else each.value.at(path)


def _service(service: KubernetesObject) -> Iterator[Claim]:
    kind = _at(service, "spec.type")
    yield claim(~kind.equals("NodePort"), "`spec.type` is `NodePort`")
    known = kind.one_of("ClusterIP", "NodePort", "LoadBalancer", missing=True)
    yield claim(known, "`spec.type` is neither `ClusterIP` nor an internal `LoadBalancer`")
    if kind.equals("LoadBalancer") is not Truth.NO:
        yield from _load_balancer(service, kind.equals("LoadBalancer"))
    yield claim(_at(service, "spec.externalIPs").is_absent, "`spec.externalIPs` is set")


def _load_balancer(service: KubernetesObject, is_one: Truth) -> Iterator[Claim]:
    annotations = _at(service, "metadata.annotations")
    scheme, internal = annotations.key(SCHEME), annotations.key(INTERNAL)
    cls = service.value.at("spec.loadBalancerClass")
    by_controller = cls.one_of(*CLASSES)
    # The cluster's own controller answers for a Service without a class, and does not read the scheme.
    closed = (by_controller & scheme.equals("internal")) | (
        internal.equals(True) & cls.one_of(*CLASSES, missing=True)
    )
    closed &= scheme.equals("internal", missing=True)
    yield claim(
        ~is_one | closed, "`spec.type` is `LoadBalancer`, without a class and the internal scheme of it"
    )
    yield claim(
        ~is_one | annotations.key(ADDRESSES).is_absent, f"annotation `{ADDRESSES}` gives it public addresses"
    )


def _ingress(ingress: KubernetesObject, stack: JudgedStack) -> Iterator[Claim]:
    spec = _at(ingress, "spec")
    yield claim(spec.at("tls").is_given, "`spec.tls` is not set")
    secured: list[str] = []
    for tls in spec.at("tls").items():
        secured += [host.text() for host in tls.at("hosts").items()]
    for key in ("defaultBackend", "backend"):
        yield claim(spec.at(key).is_absent, f"`spec.{key}` answers for every host")
    for rule in spec.at("rules").items():
        host = rule.at("host")
        yield claim(host.test(lambda raw: "*" not in str(raw)), f"`{host.path}` is not set, or a wildcard")
        yield claim(host.test(lambda raw: raw in secured), f"`{host.path}` has no certificate in `spec.tls`")
    for key, value in _at(ingress, "metadata.annotations").entries():
        yield from _annotation(key, value)
    hosts: Counter[object] = Counter()
    for each in objects_of_kind(stack, "Ingress"):
        hosts.update(_hosts(each))
    twice = [host for host in _hosts(ingress) if hosts[host] > 1]
    yield claim(not twice, "another Ingress answers for a host of it")


def _annotation(key: str, value: Value) -> Iterator[Claim]:
    # A snippet is configuration of the controller that all teams share.
    yield claim(not key.endswith(("snippet", "snippets")), f"annotation `{key}` injects configuration")
    yield claim(key != f"{NGINX}server-alias", f"annotation `{key}` answers for hosts without a certificate")
    if key == f"{ALB}scheme":
        yield claim(value.equals("internal"), f"annotation `{key}` is not `internal`")
    if key == f"{ALB}group.name":
        yield claim(False, f"annotation `{key}` shares a load balancer with Ingresses of other namespaces")
    if key == f"{ALB}listen-ports":
        yield claim(
            value.test(lambda raw: '"HTTP"' not in str(raw).upper()),
            f"annotation `{key}` listens without TLS",
        )
    if key.endswith(PLAIN_HTTP) and key.startswith(NGINX):
        yield claim(value.equals(True), f"annotation `{key}` answers without TLS")


def _hosts(ingress: KubernetesObject) -> list[object]:
    rules = ingress.value.at("spec.rules").items()
    return [rule.at("host").raw for rule in rules if isinstance(rule.at("host").raw, str)]


def _chart(chart: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """Judge the values by which charts make Services, entrances and NetworkPolicies, none of which is in the plan."""
    values = chart.at("values")
    yield from _chart_values(values, stack.context.kind == "team")
    name = chart.at("chart").raw
    for path in OWN_POLICIES.get(str(name).rpartition("/")[2], ()):
        off = values.at(path).equals(False)
        yield claim(
            off, f"`{values.path}.{path}` is not false: the chart adds NetworkPolicies that nothing judges"
        )


def _chart_values(values: Value, is_team: bool) -> Iterator[Claim]:
    for key, value in values.entries() if values.is_known else ():
        if not isinstance(value.raw, dict):
            continue
        name = key.lower()
        if "service" in name:
            inside = value.at("type").one_of("ClusterIP", "", missing=True)
            yield claim(inside, f"`{value.path}.type` is not `ClusterIP`")
            for other in ("externalIPs", "loadBalancerIP"):
                yield claim(value.at(other).is_absent, f"`{value.path}.{other}` is set")
        if name in ENTRANCES or (is_team and name.startswith("networkpolic")):
            yield claim(
                ~value.at("enabled").equals(True),
                f"`{value.path}.enabled` is true: nothing judges what it makes",
            )
        yield from _chart_values(value, is_team)


ROUTES = "it lets traffic in past Services and Ingresses, which are judged"
POLICIES = "it allows traffic beside NetworkPolicies, which are judged"
ADDRESSES_OF_PODS = "it gives pods other security groups, subnets or networks"
BY_HAND = "it points a Service at addresses by hand"
OBJECTS: Mapping[str, str] = {
    "core:Endpoints": BY_HAND,
    "discovery.k8s.io:EndpointSlice": BY_HAND,
    "networking.k8s.io:IngressClass": ROUTES,
    "gateway.networking.k8s.io:": ROUTES,
    "gateway.networking.x-k8s.io:": ROUTES,
    "gateway.k8s.aws:": ROUTES,
    "gateway.envoyproxy.io:": ROUTES,
    "inference.networking.k8s.io:": ROUTES,
    "inference.networking.x-k8s.io:": ROUTES,
    "elbv2.k8s.aws:": ROUTES,
    "eks.amazonaws.com:IngressClassParams": ROUTES,
    "eks.amazonaws.com:TargetGroupBinding": ROUTES,
    "application-networking.k8s.aws:": ROUTES,
    "networking.istio.io:": ROUTES,
    "serving.knative.dev:": ROUTES,
    "networking.internal.knative.dev:": ROUTES,
    "traefik.io:": ROUTES,
    "traefik.containo.us:": ROUTES,
    "projectcontour.io:": ROUTES,
    "configuration.konghq.com:": ROUTES,
    "getambassador.io:": ROUTES,
    "http.keda.sh:": ROUTES,
    "externaldns.k8s.io:": ROUTES,
    "multicluster.x-k8s.io:": ROUTES,
    "cilium.io:": POLICIES,
    "policy.networking.k8s.io:": POLICIES,
    "projectcalico.org:": POLICIES,
    "crd.projectcalico.org:": POLICIES,
    "networking.k8s.aws:": POLICIES,
    "security.istio.io:": POLICIES,
    "policy.linkerd.io:": POLICIES,
    "crd.antrea.io:": POLICIES,
    "vpcresources.k8s.aws:": ADDRESSES_OF_PODS,
    "crd.k8s.amazonaws.com:": ADDRESSES_OF_PODS,
    "eks.amazonaws.com:NodeClass": ADDRESSES_OF_PODS,
    "k8s.cni.cncf.io:": ADDRESSES_OF_PODS,
}
"""Kinds of objects by group, or a kind of a group, and what each does that no rule evaluates."""


def _known_objects(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if not subject.type.startswith(PREFIX):
        return
    for each in objects_of(subject):
        group = _group(each)
        does = OBJECTS.get(f"{group}:", OBJECTS.get(f"{group}:{each.kind}"))
        yield claim(does is None, f"{each.kind} of `{group}`: {does}")


def _group(each: KubernetesObject) -> str:
    written = each.value.at("apiVersion").raw
    if each.value is not each.resource.value and isinstance(written, str):
        return written.rpartition("/")[0] or "core"
    return each.resource.type.removeprefix(PREFIX).partition(":")[0].partition("/")[0]


RULES = (
    Rule(
        id="NW-09",
        name="exposure",
        title="What leaves the cluster is internal, under TLS, and under one name",
        why="A load balancer is public unless it says otherwise; an ingress without a host answers for every team.",
        fix="Use ClusterIP, or a load balancer of a class with the internal scheme; give an Ingress hosts with TLS.",
        cluster=(
            "`paved-services`, `paved-entrances`: nothing of a team is reached from outside, whoever makes it"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_152", "CKV_K8S_153", "CKV_K8S_154"),
        scope="stack",
        kinds=(*tokens("Service", "Ingress"), *CHARTS),
        check=_exposed,
    ),
    Rule(
        id="NW-13",
        name="known-network-objects",
        title="Nothing but Services, Ingresses and NetworkPolicies decides who reaches a pod",
        why="Routes and policies of other kinds open what every judged object closes, and no rule can tell.",
        fix="Use a Service, an Ingress or a NetworkPolicy, or declare an exception for what was reviewed.",
        cluster="`paved-entrances`: no Ingress and no Gateway of a team; the others only the plan sees",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("SC-7",),
        kinds=EVERY_KIND,
        check=_known_objects,
        note="Charts make some of these themselves; what a chart makes is in no plan.",
    ),
)
