"""Charts, signatures, providers and types that bring in what nobody has looked at."""

from tests.policies.widening.model import addition, firsts, kubernetes, made, put, rows, tables

TABLES = tables("supply")
RELEASE = "kubernetes:helm.sh/v3:Release"
CHART = "kubernetes:helm.sh/v4:Chart"
CONTROL = "aws:cloudcontrol/resource:Resource"
PROVIDERS = {
    "pulumi:providers:aws": {"region": "us-east-1"},
    "pulumi:providers:kubernetes": {"kubeconfig": "{}"},
}


def widenings(stack):
    if stack.of("pulumi:providers:kubernetes"):
        for each in firsts(stack, RELEASE):
            yield from rows(stack, TABLES["charts"], each)
        for each in firsts(stack, CHART):
            # Of a chart's definitions alone no value matters: nothing that it runs is kept.
            yield from rows(stack, [row for row in TABLES["charts"] if "values" not in row["at"]], each)
            yield put(each, "postRenderer", None, "keeps everything of a chart", ("K8-09",))
        yield from signatures(stack)
        yield from plugins(stack)
        for kind in TABLES["objects"]:
            found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": {}})
            yield addition(f"a {kind}", ("K8-09",), found)
    yield from types(stack)
    yield from providers(stack)


def signatures(stack):
    """Signatures of others, or of nobody: a regulated platform has a policy of the teams' images."""
    for each in stack.of("kubernetes:policy.sigstore.dev/v1alpha1:ClusterImagePolicy"):
        if "key" in str(each.properties["spec"]["authorities"]):
            yield from rows(stack, TABLES["policies"], each)
            yield from other_policies(stack)
    for each in stack.of(RELEASE):
        if each.properties.get("name") == "policy-controller":
            yield from rows(stack, TABLES["controller"], each)
    for each in stack.of("kubernetes:core/v1:Namespace"):
        if "paved.dev/stack" in each.properties["metadata"]["labels"]:
            yield from rows(stack, TABLES["excluded"], each)


def other_policies(stack):
    spec = {"images": [{"glob": "**"}], "authorities": [{"static": {"action": "pass"}}]}
    for version in ("v1alpha1", "v1beta1"):
        kind = f"kubernetes:policy.sigstore.dev/{version}:ClusterImagePolicy"
        found = kubernetes(stack, kind, "added", {"spec": spec})
        yield addition(f"a policy of {version} lets all pass", ("K8-10",), found)
    root = kubernetes(stack, "kubernetes:policy.sigstore.dev/v1alpha1:TrustRoot", "added", {"spec": {}})
    yield addition("a root of trust of others", ("K8-10",), root)


def types(stack):
    """Types that no rule looks into, or that no rule knows."""
    if not stack.of("pulumi:providers:aws"):
        return
    for kind in TABLES["hiding"]:
        yield addition(f"a {kind}", ("K8-09",), made(stack, kind, {}))
    for kind in TABLES["foreign"]:
        yield addition(f"a {kind}", ("K8-19",), made(stack, kind, {}))
    for kind, properties in TABLES["unknown"].items():
        yield addition(f"a {kind}", ("K8-19",), made(stack, kind, properties))
    for name in ("AWS::IAM::Role", "AWS::S3::Bucket", "AWS::CloudFormation::Stack"):
        yield addition(f"{name} through Cloud Control", ("K8-09",), made(stack, CONTROL, {"typeName": name}))
    for each in firsts(stack, CONTROL):
        yield put(each, "typeName", "AWS::IAM::User", "makes a user", ("K8-09",))


def providers(stack):
    """Providers that go elsewhere, or past what they ask of whom they serve."""
    yield from rows(stack, TABLES["providers"])
    for kind, properties in PROVIDERS.items():
        if stack.of(kind):
            name = f"a second provider of {kind.rpartition(':')[2]}"
            yield addition(name, ("K8-19",), made(stack, kind, properties))


def plugins(stack):
    for each in stack.of(RELEASE):
        if each.properties.get("chart") == "nvidia-device-plugin":
            yield from rows(stack, TABLES["plugin"], each)
