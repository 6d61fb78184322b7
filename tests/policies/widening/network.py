"""Networks that let in or out more: policies of pods, services and entrances, groups, endpoints, clusters, routes."""

from tests.policies.widening.model import FOREIGN, addition, firsts, kubernetes, made, put

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
ALL = [{"cidr": "0.0.0.0/0"}]
PEERS = {
    "the world": [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
    "the world of IPv6": [{"ipBlock": {"cidr": "::/0"}}],
    "the world, spelt otherwise": [{"ipBlock": {"cidr": "1.2.3.4/0"}}],
    "both halves of the world": [{"ipBlock": {"cidr": "0.0.0.0/1"}}, {"ipBlock": {"cidr": "128.0.0.0/1"}}],
    "half of the world": [{"ipBlock": {"cidr": "128.0.0.0/1"}}],
    "the world in eight": [{"ipBlock": {"cidr": f"{first}.0.0.0/3"}} for first in range(0, 256, 32)],
    "the world but one address": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["192.0.2.1/32"]}}],
    "the world but a private network": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}],
    "half of IPv6": [{"ipBlock": {"cidr": "2000::/3"}}],
    "every namespace": [{"namespaceSelector": {}}],
    "every namespace by an expression": [
        {
            "namespaceSelector": {
                "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "Exists"}]
            }
        }
    ],
    "every namespace but one": [
        {
            "namespaceSelector": {
                "matchExpressions": [
                    {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["x"]}
                ]
            }
        }
    ],
    "every pod of every namespace": [{"namespaceSelector": {}, "podSelector": {}}],
    "another team's namespace": [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ranking-prod"}}}
    ],
    "a namespace or the world": [{"podSelector": {}}, {"ipBlock": {"cidr": "0.0.0.0/0"}}],
    "no peers": [],
}
NAMED = tuple(PEERS)[:13] + tuple(PEERS)[14:]
"""Peers that name nobody: "a team's namespace is closed, but for what its policies allow", which "name peers"."""
PUBLIC = {
    "one public address": [{"ipBlock": {"cidr": "198.51.100.7/32"}}],
    "public addresses of AWS": [{"ipBlock": {"cidr": "52.0.0.0/8"}}],
    "a network around a private one": [{"ipBlock": {"cidr": "10.0.0.0/7"}}],
    "a network of IPv6": [{"ipBlock": {"cidr": "2600:1f00::/24"}}],
    "an address of IPv4 in IPv6": [{"ipBlock": {"cidr": "::ffff:198.51.100.0/120"}}],
}
METADATA = {
    "the metadata of its node": [{"ipBlock": {"cidr": "169.254.169.254/32"}}],
    "link-local addresses": [{"ipBlock": {"cidr": "169.254.0.0/16"}}],
}


def widenings(stack):
    if stack.of("pulumi:providers:kubernetes"):
        yield from policies(stack)
        yield from services(stack)
        yield from entrances(stack)
    if stack.of("pulumi:providers:aws"):
        yield from entries(stack)
    if stack.of("aws:ec2/vpc:Vpc"):
        yield from groups(stack)
        yield from subnets(stack)
        yield from clusters(stack)
        yield from routes(stack)


def policies(stack):
    if stack.context.kind != "team":
        return
    for what, peers in {**PEERS, **PUBLIC, **METADATA}.items():
        for direction, key in (("ingress", "from"), ("egress", "to")):
            claims = ("NW-08",) if what in NAMED else ()
            if direction == "egress":
                claims = {**dict.fromkeys(PUBLIC, ("NW-11",)), **dict.fromkeys(METADATA, ("NW-07",))}.get(
                    what, claims
                )
            yield allowing(stack, direction, {key: peers} if peers else {}, f"{key} {what}", claims)
    yield from closed(stack)
    yield from other_kinds(stack)


def allowing(stack, direction, rule, what, claims, kind=POLICY):
    spec = {"podSelector": {}, "policyTypes": [direction.title()], direction: [rule]}
    found = kubernetes(stack, kind, "added", {"spec": spec}, stack.context.stack)
    return addition(f"a {kind.rsplit(':', 1)[-1]} lets pods {what}", claims, found)


def closed(stack):
    """The policy that closes a namespace, so that it closes less."""
    for each in stack.of(POLICY):
        if each.properties["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
            yield put(
                each, "spec>podSelector", {"matchLabels": {"closed": "true"}}, "closes some pods", ("NW-08",)
            )
            some = {"matchExpressions": [{"key": "open", "operator": "DoesNotExist"}]}
            yield put(each, "spec>podSelector", some, "closes all but those that say so", ("NW-08",))
            yield put(each, "spec>policyTypes", ["Ingress"], "lets out all", ("NW-08",))
            yield put(
                each,
                "spec>policyTypes",
                ["ingress", "egress"],
                "closes nothing, in small letters",
                ("NW-08",),
            )
            yield put(each, "spec>ingress", [{}], "lets in all", ("NW-08",))
            yield put(each, "spec>egress", [{}], "lets out all by a rule", ("NW-08",))
            yield put(each, "metadata>namespace", "other", "closes another namespace", ("NW-08",))
            yield put(each, "metadata>namespace", "default", "closes the default namespace", ("NW-08",))
            yield put(each, "apiVersion", "extensions/v1beta1", "is of a version that is gone", ())
            return


def other_kinds(stack):
    name = stack.context.stack
    world = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]
    spec = {"podSelector": {}, "policyTypes": ["Egress"], "egress": world}
    for kind in ("networking.k8s.io/v1:NetworkPolicyPatch", "extensions/v1beta1:NetworkPolicy"):
        found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": spec}, name)
        yield addition(f"a {kind} lets out all", ("NW-08",), found)
    item = {"metadata": {"name": "a", "namespace": name}, "spec": spec}
    found = kubernetes(stack, f"{POLICY}List", "added", {"items": [item]})
    yield addition("a NetworkPolicyList lets out all", ("NW-08",), found)
    others = {
        "cilium.io/v2:CiliumNetworkPolicy": {"endpointSelector": {}, "egress": [{"toEntities": ["world"]}]},
        "policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy": {
            "priority": 1,
            "subject": {"namespaces": {}},
            "egress": [{"action": "Allow", "to": [{"networks": ["0.0.0.0/0"]}]}],
        },
        "crd.projectcalico.org/v1:GlobalNetworkPolicy": {
            "selector": "all()",
            "egress": [{"action": "Allow"}],
        },
        "projectcalico.org/v3:NetworkPolicy": {"selector": "all()", "egress": [{"action": "Allow"}]},
        "networking.k8s.aws/v1alpha1:ClusterNetworkPolicy": {
            "priority": 1,
            "tier": "Admin",
            "egress": [{"action": "Accept"}],
        },
    }
    for kind, spec in others.items():
        found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": spec}, name)
        yield addition(f"a {kind} lets out all", ("NW-08",), found)


SERVICE = "kubernetes:core/v1:Service"
SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
SERVICES = {
    "is a load balancer": ({"type": "LoadBalancer"}, {}),
    "is a load balancer of the internet": ({"type": "LoadBalancer"}, {SCHEME: "internet-facing"}),
    "is internal in a word that nobody reads": (
        {"type": "LoadBalancer"},
        {"service.beta.kubernetes.io/internal": "true"},
    ),
    "is internal by false": (
        {"type": "LoadBalancer"},
        {"service.beta.kubernetes.io/aws-load-balancer-internal": "false"},
    ),
    "says both": (
        {"type": "LoadBalancer"},
        {SCHEME: "internet-facing", "service.beta.kubernetes.io/aws-load-balancer-internal": "true"},
    ),
    "has a port of every node": ({"type": "NodePort"}, {}),
    "has addresses of its own": ({"externalIPs": ["198.51.100.7"]}, {}),
    "is a load balancer of another class": ({"type": "LoadBalancer", "loadBalancerClass": "theirs"}, {}),
    "is another's name": ({"type": "ExternalName", "externalName": "evil.example.com"}, {}),
    "has a public address given": ({"type": "LoadBalancer", "loadBalancerIP": "198.51.100.7"}, {}),
    "has an address of IPv6": (
        {"type": "LoadBalancer", "ipFamilies": ["IPv6"]},
        {"service.beta.kubernetes.io/aws-load-balancer-ip-address-type": "dualstack"},
    ),
}


def services(stack):
    namespace = stack.context.stack if stack.context.kind == "team" else "kueue-system"
    for what, (spec, annotations) in SERVICES.items():
        found = kubernetes(stack, SERVICE, "added", {"spec": {"selector": {"a": "b"}, **spec}}, namespace)
        found.properties["metadata"]["annotations"] = annotations
        claims = () if what == "is another's name" else ("NW-09",)
        yield addition(f"a Service {what}", claims, found)
    for kind in ("ServicePatch", "ServiceList"):
        content = {"spec": {"type": "LoadBalancer"}}
        item = {"items": [{"metadata": {"name": "a", "namespace": namespace}, **content}]}
        found = kubernetes(
            stack,
            f"kubernetes:core/v1:{kind}",
            "added",
            item if kind == "ServiceList" else content,
            namespace,
        )
        yield addition(f"a {kind} is a load balancer", ("NW-09",), found)
    for each in firsts(stack, SERVICE):
        yield put(each, "spec>type", "LoadBalancer", "is a load balancer", ("NW-09",))
        yield put(each, "spec>externalIPs", ["198.51.100.7"], "has addresses of its own", ("NW-09",))


TLS = [{"hosts": ["a.example.com"], "secretName": "a"}]
RULE = {"host": "a.example.com", "http": {"paths": []}}
INGRESSES = {
    "answers for every host": {"tls": TLS, "rules": [{"http": {"paths": []}}]},
    "answers for a pattern of hosts": {"tls": TLS, "rules": [{**RULE, "host": "*.example.com"}]},
    "answers for whatever is left": {
        "tls": TLS,
        "defaultBackend": {"service": {"name": "a", "port": {"number": 80}}},
    },
    "has no TLS": {"rules": [RULE]},
    "has TLS for another host": {"tls": [{"hosts": ["b.example.com"]}], "rules": [RULE]},
}
ANNOTATED = {
    "is of the internet": {"alb.ingress.kubernetes.io/scheme": "internet-facing"},
    "answers in clear text": {
        "alb.ingress.kubernetes.io/scheme": "internal",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}]',
    },
    "configures its controller": {"nginx.ingress.kubernetes.io/configuration-snippet": "return 200;"},
    "shares another's load balancer": {"alb.ingress.kubernetes.io/group.name": "theirs"},
}


def entrances(stack):
    namespace = stack.context.stack if stack.context.kind == "team" else "kueue-system"
    forms = {
        what: (spec, {"alb.ingress.kubernetes.io/scheme": "internal"}) for what, spec in INGRESSES.items()
    }
    forms |= {what: ({"tls": TLS, "rules": [RULE]}, notes) for what, notes in ANNOTATED.items()}
    for what, (spec, annotations) in forms.items():
        found = kubernetes(
            stack, "kubernetes:networking.k8s.io/v1:Ingress", "added", {"spec": spec}, namespace
        )
        found.properties["metadata"]["annotations"] = annotations
        yield addition(f"an Ingress {what}", ("NW-09",), found)
    others = {
        "networking.k8s.io/v1beta1:Ingress": {"rules": [{"http": {}}]},
        "extensions/v1beta1:Ingress": {"rules": [{"http": {}}]},
        "networking.k8s.io/v1:IngressPatch": {"rules": [{"http": {}}]},
        "gateway.networking.k8s.io/v1:Gateway": {
            "gatewayClassName": "alb",
            "listeners": [{"name": "a", "port": 80, "protocol": "HTTP"}],
        },
        "gateway.networking.k8s.io/v1:HTTPRoute": {"hostnames": ["*"], "rules": []},
        "gateway.networking.k8s.io/v1alpha2:TCPRoute": {"rules": []},
        "networking.istio.io/v1:Gateway": {"servers": [{"port": {"number": 80}, "hosts": ["*"]}]},
        "elbv2.k8s.aws/v1beta1:TargetGroupBinding": {
            "targetGroupARN": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/a/b"
        },
        "elbv2.k8s.aws/v1beta1:IngressClassParams": {"scheme": "internet-facing"},
        "traefik.io/v1alpha1:IngressRoute": {"routes": []},
        "core/v1:Endpoints": {"subsets": [{"addresses": [{"ip": "198.51.100.7"}]}]},
        "discovery.k8s.io/v1:EndpointSlice": {"endpoints": [{"addresses": ["198.51.100.7"]}]},
    }
    for kind, spec in others.items():
        found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": spec}, namespace)
        claims = () if "Endpoint" in kind else ("NW-09",)
        yield addition(f"a {kind} opens the cluster", claims, found)


WORLD = {
    "the world": {"cidrIpv4": "0.0.0.0/0"},
    "half of the world": {"cidrIpv4": "128.0.0.0/1"},
    "the world of IPv6": {"cidrIpv6": "::/0"},
    "the world, spelt otherwise": {"cidrIpv4": "1.2.3.4/0"},
    "a public network": {"cidrIpv4": "198.51.100.0/24"},
    "a network around a private one": {"cidrIpv4": "10.0.0.0/7"},
    "networks of a list of others": {"prefixListId": "pl-00000000"},
    "a group of another account": {"referencedSecurityGroupId": f"{FOREIGN}/sg-00000000"},
}
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def groups(stack):
    group = stack.of("aws:ec2/securityGroup:SecurityGroup")[0]
    for what, source in WORLD.items():
        properties = {
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "securityGroupId": "sg-1",
            **source,
        }
        rule = made(stack, INGRESS_RULE, properties, securityGroupId=group)
        claims = (
            ("NW-01",)
            if what not in ("networks of a list of others", "a group of another account")
            else ("NW-12",)
        )
        yield addition(f"a group lets in {what}", claims, rule)
    for what, ports in {
        "all ports": {"ipProtocol": "-1"},
        "every port by numbers": {"ipProtocol": "tcp", "fromPort": 0, "toPort": 65535},
        "all but a port": {"ipProtocol": "tcp", "fromPort": 2, "toPort": 65535},
    }.items():
        for where in ("the world", "half of the world", "the world of IPv6"):
            rule = made(
                stack,
                EGRESS_RULE,
                {**ports, **WORLD[where], "securityGroupId": "sg-1"},
                securityGroupId=group,
            )
            yield addition(f"a group lets out {what} to {where}", ("NW-02",), rule)
    old = "aws:ec2/securityGroupRule:SecurityGroupRule"
    everything = {
        "protocol": "-1",
        "fromPort": 0,
        "toPort": 0,
        "cidrBlocks": ["0.0.0.0/0"],
        "securityGroupId": "sg-1",
    }
    yield addition(
        "an older rule lets in all",
        ("NW-01",),
        made(stack, old, {"type": "ingress", **everything}, securityGroupId=group),
    )
    yield addition(
        "an older rule lets out all",
        ("NW-02",),
        made(stack, old, {"type": "egress", **everything}, securityGroupId=group),
    )
    halves = {**everything, "cidrBlocks": ["0.0.0.0/1", "128.0.0.0/1"]}
    yield addition(
        "an older rule lets in two halves",
        ("NW-01",),
        made(stack, old, {"type": "ingress", **halves}, securityGroupId=group),
    )
    yield addition(
        "an older rule lets out two halves",
        ("NW-02",),
        made(stack, old, {"type": "egress", **halves}, securityGroupId=group),
    )
    inline = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}
    yield put(group, "ingress", [inline], "lets in all", ("NW-01",))
    yield put(group, "egress", [inline], "lets out all", ("NW-02",))
    yield put(
        group,
        "egress",
        [{**inline, "protocol": "tcp", "toPort": 65535}],
        "lets out all by numbers",
        ("NW-02",),
    )
    for each in firsts(stack, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"):
        yield put(
            each, "ingress", [{**inline, "cidrBlocks": ["10.0.0.0/8"]}], "lets in the network", ("NW-02",)
        )
        yield put(
            each, "egress", [{**inline, "cidrBlocks": ["10.0.0.0/8"]}], "lets out to the network", ("NW-02",)
        )
        yield put(
            each,
            "ingress",
            [{"protocol": "-1", "self": True, "fromPort": 0, "toPort": 0}],
            "lets in itself",
            ("NW-02",),
        )
    for each in firsts(stack, INGRESS_RULE):
        yield put(each, "cidrIpv4", "0.0.0.0/0", "lets in the world", ("NW-01",))
        yield put(each, "cidrIpv4", "10.0.0.0/7", "lets in public networks around it", ("NW-01",))


def subnets(stack):
    for each in firsts(stack, "aws:ec2/subnet:Subnet"):
        yield put(each, "mapPublicIpOnLaunch", True, "gives public addresses", ("NW-04",))
        yield put(each, "mapPublicIpOnLaunch", "true", "gives public addresses, as text", ("NW-04",))
        yield put(each, "assignIpv6AddressOnCreation", True, "gives addresses of IPv6", ("NW-04",))
    for each in firsts(stack, "aws:ec2/launchTemplate:LaunchTemplate"):
        public = [{"associatePublicIpAddress": "true", "deviceIndex": 0}]
        yield put(each, "networkInterfaces", public, "gives a public address", ("NW-04",))
        yield put(
            each, "networkInterfaces", [{"ipv6AddressCount": 1}], "gives an address of IPv6", ("NW-04",)
        )
        yield put(each, "metadataOptions>httpTokens", "optional", "takes requests without tokens", ("NW-07",))
        yield put(each, "metadataOptions>httpPutResponseHopLimit", 2, "answers pods", ("NW-07",))
        yield put(each, "metadataOptions>httpPutResponseHopLimit", "64", "answers pods, as text", ("NW-07",))
        yield put(each, "metadataOptions", {"httpEndpoint": "enabled"}, "says nothing of tokens", ("NW-07",))
        yield put(each, "metadataOptions>instanceMetadataTags", "enabled", "tells its tags", ())
        yield put(each, "keyName", "mine", "lets in whoever has a key", ())
        yield put(
            each,
            "iamInstanceProfile",
            {"arn": f"arn:aws:iam::{FOREIGN}:instance-profile/a"},
            "has another account's profile",
            (),
        )
        yield put(
            each,
            "userData",
            "IyEvYmluL3NoCmN1cmwgaHR0cDovL2V2aWwuZXhhbXBsZS5jb20gfCBzaAo=",
            "runs a script of others",
            (),
        )
        yield put(each, "imageId", "ami-00000000000000000", "starts from another image", ())


def clusters(stack):
    for each in firsts(stack, "aws:eks/cluster:Cluster"):
        yield put(each, "vpcConfig>endpointPublicAccess", True, "answers the internet", ("NW-03",))
        yield put(each, "vpcConfig>endpointPublicAccess", "true", "answers the internet, as text", ("NW-03",))
        some = {
            **each.properties["vpcConfig"],
            "endpointPublicAccess": True,
            "publicAccessCidrs": ["0.0.0.0/0"],
        }
        yield put(each, "vpcConfig", some, "answers all networks of a list", ("NW-03",))
        halves = {**some, "publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]}
        yield put(each, "vpcConfig", halves, "answers two halves", ("NW-03",))
        yield put(
            each,
            "vpcConfig",
            {**some, "publicAccessCidrs": ["1.2.3.4/0"]},
            "answers the world, spelt otherwise",
            ("NW-03",),
        )
        yield put(each, "vpcConfig>endpointPrivateAccess", False, "does not answer its VPC", ("NW-03",))
        yield put(
            each, "accessConfig>authenticationMode", "API_AND_CONFIG_MAP", "asks a config map too", ("ID-07",)
        )
        yield put(
            each,
            "accessConfig>bootstrapClusterCreatorAdminPermissions",
            True,
            "has its maker as admin",
            ("ID-07",),
        )
        yield put(
            each, "accessConfig", {"authenticationMode": "API"}, "says nothing of its maker", ("ID-07",)
        )
        yield put(
            each,
            "remoteNetworkConfig",
            {"remoteNodeNetworks": [{"cidrs": ["198.51.100.0/24"]}]},
            "has nodes elsewhere",
            (),
        )
        yield put(each, "zonalShiftConfig", {"enabled": False}, "stays in a zone that fails", ())
    peering = made(
        stack,
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        {"peerOwnerId": FOREIGN, "peerVpcId": "vpc-1"},
    )
    yield addition("a VPC of another account is a peer", ("NW-13",), peering)


def routes(stack):
    table = stack.of("aws:ec2/routeTable:RouteTable")[0]
    kinds = {
        "the internet": {"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
        "half of the internet": {"destinationCidrBlock": "128.0.0.0/1", "gatewayId": "igw-1"},
        "the internet of IPv6": {"destinationIpv6CidrBlock": "::/0", "gatewayId": "igw-1"},
        "a peer": {"destinationCidrBlock": "10.99.0.0/16", "vpcPeeringConnectionId": "pcx-1"},
        "a transit gateway": {"destinationCidrBlock": "0.0.0.0/0", "transitGatewayId": "tgw-1"},
        "a network interface": {"destinationCidrBlock": "10.0.0.0/8", "networkInterfaceId": "eni-1"},
    }
    gateway = stack.of("aws:ec2/internetGateway:InternetGateway")[:1]
    for what, properties in kinds.items():
        claims = ("NW-04",) if "internet" in what else ("NW-13",)
        refers = {"gatewayId": gateway[0]} if gateway and "gatewayId" in properties else {}
        route = made(
            stack,
            "aws:ec2/route:Route",
            {"routeTableId": "rtb-1", **properties},
            routeTableId=private(stack) or table,
            **refers,
        )
        yield addition(f"private subnets reach {what} by a route", claims, route)


def private(stack):
    """A table of subnets that nodes are in."""
    return next((each for each in stack.of("aws:ec2/routeTable:RouteTable") if "private" in each.name), None)


def entries(stack):
    own = stack.context.account
    entry, association = (
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    )
    who = {"clusterName": f"paved-{stack.context.stack}", "principalArn": f"arn:aws:iam::{own}:role/other"}
    policy = "arn:aws:eks::aws:cluster-access-policy/{}"
    team = ("ID-07",) if stack.context.kind == "team" else ("DE-07",)
    for name in (
        "AmazonEKSClusterAdminPolicy",
        "AmazonEKSAdminPolicy",
        "AmazonEKSEditPolicy",
        "AmazonEKSAdminViewPolicy",
    ):
        content = {**who, "policyArn": policy.format(name), "accessScope": {"type": "cluster"}}
        claims = team if name == "AmazonEKSClusterAdminPolicy" or stack.context.kind == "team" else ()
        yield addition(f"somebody has {name} of the cluster", claims, made(stack, association, content))
    content = {
        **who,
        "policyArn": policy.format("AmazonEKSClusterAdminPolicy"),
        "accessScope": {"type": "namespace", "namespaces": ["*"]},
    }
    yield addition(
        "somebody is admin of every namespace by a pattern", team, made(stack, association, content)
    )
    if stack.context.kind == "team":
        content = {**content, "accessScope": {"type": "namespace", "namespaces": ["kube-system"]}}
        yield addition("the team has another namespace", ("ID-07",), made(stack, association, content))
    for group in ("system:masters", "paved:ranking-prod", "system:nodes"):
        claims = ("ID-07",) if stack.context.kind == "team" or group == "system:masters" else ()
        found = made(stack, entry, {**who, "kubernetesGroups": [group], "type": "STANDARD"})
        yield addition(f"somebody is of the group {group}", claims, found)
    theirs = {**who, "principalArn": f"arn:aws:iam::{FOREIGN}:role/eve", "type": "STANDARD"}
    yield addition(
        "a role of another account gets into the cluster",
        ("ID-07",) if stack.context.kind == "team" else (),
        made(stack, entry, theirs),
    )
    for each in firsts(stack, "aws:eks/identityProviderConfig:IdentityProviderConfig"):
        for key in ("groupsPrefix", "usernamePrefix"):
            yield put(each, f"oidc>{key}", "", f"has an empty {key}", ("K8-15",))
            yield put(each, f"oidc>{key}", "-", f"has no {key}, by a dash", ("K8-15",))
            yield put(each, f"oidc>{key}", "system:", f"has the system's {key}", ("K8-15",))
            yield put(each, f"oidc>{key}", "paved:", f"has the teams' {key}", ("K8-15",))
        yield put(each, "oidc>issuerUrl", "https://login.evil.example.com", "has a login of others", ())
