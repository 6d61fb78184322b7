"""Networks that let in or out more: policies of pods, services and entrances, groups, routes, entries of a cluster."""

from tests.policies.widening.model import FOREIGN, addition, kubernetes, made, put, rows, tables

TABLES = tables("network")
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SERVICE = "kubernetes:core/v1:Service"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
OF_OTHERS = ("networks of a list of others", "a group of another account")
"""Sources that are not the internet, which NW-01 is about."""


def widenings(stack):
    yield from rows(stack, TABLES["rows"])
    if stack.of("pulumi:providers:kubernetes"):
        yield from services(stack)
        yield from entrances(stack)
        if stack.context.kind == "team":
            yield from policies(stack)
    if stack.of("pulumi:providers:aws"):
        yield from entries(stack)
    if stack.of("aws:ec2/vpc:Vpc"):
        yield from groups(stack)
        yield from older_rules(stack)
        yield from routes(stack)
        for each in stack.of("aws:ec2/vpcEndpoint:VpcEndpoint"):
            if each.properties["serviceName"].endswith(".kms"):
                yield put(each, "privateDnsEnabled", False, "is reached by no name", ("NW-16", "SE-05"))
                yield put(each, "vpcId", "vpc-00000000", "is of another VPC", ("SE-05",))


def namespace(stack):
    return stack.context.stack if stack.context.kind == "team" else "kueue-system"


def policies(stack):
    """Policies of a team's namespace that name nobody, or an address that a hardened team does not reach."""
    for what, peers in TABLES["peers"].items():
        for direction, key in (("ingress", "from"), ("egress", "to")):
            yield allowing(stack, direction, {key: peers} if peers else {}, f"{key} {what}", ("NW-08",))
    for what, peers in TABLES["public"].items():
        yield allowing(stack, "ingress", {"from": peers}, f"from {what}", ("NW-08",))
        yield allowing(stack, "egress", {"to": peers}, f"to {what}", ("NW-11", "NW-08"))
    for what, peers in TABLES["metadata"].items():
        yield allowing(stack, "egress", {"to": peers}, f"to {what}", ("NW-08", "NW-07"))
    for each in stack.of(POLICY):
        if each.properties["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
            yield from rows(stack, TABLES["closing"], each)
    for kind, spec in TABLES["policies"].items():
        found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": spec}, namespace(stack))
        yield addition(f"a {kind} lets out all", ("NW-13", "NW-08") if is_other(kind) else ("NW-08",), found)
    spec = TABLES["policies"]["extensions/v1beta1:NetworkPolicy"]
    item = {"metadata": {"name": "a", "namespace": namespace(stack)}, "spec": spec}
    found = kubernetes(stack, f"{POLICY}List", "added", {"items": [item]})
    yield addition("a NetworkPolicyList lets out all", ("NW-08",), found)


def is_other(kind):
    """Whether a kind is none by which "Services, Ingresses and NetworkPolicies" decide who reaches a pod."""
    return not kind.endswith((":NetworkPolicyPatch", "v1beta1:NetworkPolicy", "Ingress", "IngressPatch"))


def allowing(stack, direction, rule, what, claims):
    spec = {"podSelector": {}, "policyTypes": [direction.title()], direction: [rule]}
    found = kubernetes(stack, POLICY, "added", {"spec": spec}, namespace(stack))
    return addition(f"a NetworkPolicy lets pods {what}", claims, found)


def annotated(stack, kind, spec, annotations):
    found = kubernetes(stack, kind, "added", {"spec": spec}, namespace(stack))
    found.properties["metadata"]["annotations"] = annotations
    return found


def services(stack):
    for what, form in TABLES["services"].items():
        found = annotated(stack, SERVICE, {"selector": {"a": "b"}, **form["spec"]}, form["annotations"])
        claims = () if what == "is another's name" else ("NW-09",)
        yield addition(f"a Service {what}", claims, found)
    spec = {"type": "LoadBalancer"}
    patch = kubernetes(stack, f"{SERVICE}Patch", "added", {"spec": spec}, namespace(stack))
    yield addition("a ServicePatch is a load balancer", ("NW-09",), patch)
    item = {"metadata": {"name": "a", "namespace": namespace(stack)}, "spec": spec}
    listed = kubernetes(stack, f"{SERVICE}List", "added", {"items": [item]})
    yield addition("a ServiceList is a load balancer", ("NW-09",), listed)


def entrances(stack):
    internal = {"alb.ingress.kubernetes.io/scheme": "internal"}
    for what, spec in TABLES["ingresses"].items():
        yield addition(f"an Ingress {what}", ("NW-09",), annotated(stack, INGRESS, spec, internal))
    rules = [{"host": "a.example.com", "http": {"paths": []}}]
    spec = {"tls": [{"hosts": ["a.example.com"], "secretName": "a"}], "rules": rules}
    for what, annotations in TABLES["annotated"].items():
        yield addition(f"an Ingress {what}", ("NW-09",), annotated(stack, INGRESS, spec, annotations))
    for kind, content in TABLES["entrances"].items():
        found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": content}, namespace(stack))
        yield addition(
            f"a {kind} opens the cluster", ("NW-13", "NW-09") if is_other(kind) else ("NW-09",), found
        )


def groups(stack):
    group = stack.of("aws:ec2/securityGroup:SecurityGroup")[0]
    yield from rows(stack, TABLES["group"], group)
    for what, source in TABLES["world"].items():
        content = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "securityGroupId": "sg-1", **source}
        claims = () if what in OF_OTHERS else ("NW-01",)
        rule = made(stack, INGRESS_RULE, content, securityGroupId=group)
        yield addition(f"a group lets in {what}", claims, rule)
    for what, ports in TABLES["ports"].items():
        for where in ("the world", "half of the world", "the world of IPv6"):
            content = {**ports, **TABLES["world"][where], "securityGroupId": "sg-1"}
            rule = made(stack, EGRESS_RULE, content, securityGroupId=group)
            yield addition(f"a group lets out {what} to {where}", ("NW-02",), rule)


def older_rules(stack):
    """The same in the provider's older type of rules."""
    group = stack.of("aws:ec2/securityGroup:SecurityGroup")[0]
    for what, blocks in (("all", ["0.0.0.0/0"]), ("two halves", ["0.0.0.0/1", "128.0.0.0/1"])):
        for direction, claim in (("ingress", "NW-01"), ("egress", "NW-02")):
            content = {"type": direction, "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": blocks}
            rule = made(stack, OLD_RULE, {**content, "securityGroupId": "sg-1"}, securityGroupId=group)
            yield addition(f"an older rule lets {direction} of {what}", (claim,), rule)


def routes(stack):
    """Subnets of nodes that reach the internet by themselves, or networks of others."""
    tables_of_nodes = [each for each in stack.of("aws:ec2/routeTable:RouteTable") if "private" in each.name]
    gateway = stack.of("aws:ec2/internetGateway:InternetGateway")[:1]
    for what, properties in TABLES["routes"].items():
        refers = {"gatewayId": gateway[0]} if gateway and "gatewayId" in properties else {}
        content = {"routeTableId": "rtb-1", **properties}
        route = made(stack, "aws:ec2/route:Route", content, routeTableId=tables_of_nodes[0], **refers)
        claims = ("NW-04",) if "internet" in what else ("NW-15",)
        yield addition(f"private subnets reach {what} by a route", claims, route)
    content = {"peerOwnerId": FOREIGN, "peerVpcId": "vpc-1"}
    peering = made(stack, "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", content)
    yield addition("a VPC of another account is a peer", ("NW-15",), peering)


def entries(stack):
    """Who gets into the cluster: "a team gets into its namespace alone", and nobody is admin every day."""
    is_team = stack.context.kind == "team"
    policy = "arn:aws:eks::aws:cluster-access-policy/{}"
    for name in ("ClusterAdmin", "Admin", "Edit", "AdminView", "View"):
        scope = {"type": "cluster"}
        found = association(stack, policy.format(f"AmazonEKS{name}Policy"), scope)
        changes = ("DE-07",) if name in ("ClusterAdmin", "Admin", "Edit") else ()
        claims = ("ID-07",) if is_team else changes
        yield addition(f"somebody has {name} of the cluster", claims, found)
    admin = policy.format("AmazonEKSClusterAdminPolicy")
    found = association(stack, admin, {"type": "namespace", "namespaces": ["*"]})
    yield addition("somebody is admin of every namespace by a pattern", ("ID-07",) if is_team else (), found)
    found = association(stack, admin, {"type": "namespace", "namespaces": ["kube-system"]})
    yield addition("somebody is admin of another namespace", ("ID-07",) if is_team else (), found)
    for group in ("system:masters", "paved:ranking-prod", "system:nodes"):
        claims = ("ID-07",) if is_team or group == "system:masters" else ()
        found = made(stack, ENTRY, {**person(stack), "kubernetesGroups": [group], "type": "STANDARD"})
        yield addition(f"somebody is of the group {group}", claims, found)
    theirs = {**person(stack), "principalArn": f"arn:aws:iam::{FOREIGN}:role/eve", "type": "STANDARD"}
    claims = ("ID-07",) if is_team else ()
    yield addition("a role of another account gets into the cluster", claims, made(stack, ENTRY, theirs))


ENTRY = "aws:eks/accessEntry:AccessEntry"


def person(stack):
    name = f"arn:aws:iam::{stack.context.account}:role/other"
    return {"clusterName": f"paved-{stack.context.stack}", "principalArn": name}


def association(stack, policy, scope):
    content = {**person(stack), "policyArn": policy, "accessScope": scope}
    return made(stack, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation", content)
