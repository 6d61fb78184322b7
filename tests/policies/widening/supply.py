"""Charts, signatures, providers and types that bring in what nobody has looked at."""

from tests.policies.widening.model import DROP, FOREIGN, addition, firsts, kubernetes, made, put, rows

RELEASE = "kubernetes:helm.sh/v3:Release"
CHART = "kubernetes:helm.sh/v4:Chart"
EVIL = "registry.evil.example.com"
CHARTS = (
    ("version", "999.0.0", "K8-09", "has a version of no release"),
    ("version", ">=0", "K8-09", "has any version"),
    ("version", "", "K8-09", "has the newest version"),
    ("version", DROP, "K8-09", "says no version"),
    ("repositoryOpts", {"repo": f"https://{EVIL}"}, ("K8-20", "K8-09"), "comes from another repository"),
    (
        "chart",
        lambda old: f"oci://{EVIL}/{old.rpartition('/')[2]}",
        ("K8-20", "K8-09"),
        "comes from another registry",
    ),
    ("chart", lambda old: f"./{old.rpartition('/')[2]}", ("K8-20", "K8-09"), "comes from a folder"),
    (
        "chart",
        lambda old: f"https://{EVIL}/{old.rpartition('/')[2]}-1.tgz",
        ("K8-20", "K8-09"),
        "comes from an address",
    ),
    ("chart", "evil", "K8-09", "is another chart"),
    ("values>image", {"registry": EVIL, "repository": "x"}, "K8-14", "pulls its image from elsewhere"),
    ("values>image>repository", f"{EVIL}/x", "K8-14", "pulls its repository from elsewhere"),
    ("values>sidecar", {"image": f"{EVIL}/x:1"}, "K8-14", "pulls a second image from elsewhere"),
    ("values>global", {"imageRegistry": EVIL}, "K8-14", "pulls all from elsewhere"),
    (
        "values>extraContainers",
        [{"name": "x", "image": f"{EVIL}/x"}],
        "K8-14",
        "has one container more from elsewhere",
    ),
    ("values>securityContext", {"privileged": True}, ("K8-20",), "is privileged"),
    ("values>hostNetwork", True, ("K8-20",), "has its node's network"),
    (
        "values>serviceAccount",
        {"annotations": {"eks.amazonaws.com/role-arn": f"arn:aws:iam::{FOREIGN}:role/a"}},
        ("K8-20",),
        "has a role of others",
    ),
    ("valueYamlFiles", ["evil.yaml"], ("K8-20",), "has values of a file"),
    ("postrender", "./evil", ("K8-20",), "is rewritten by a program"),
    ("disableWebhooks", True, ("K8-20",), "runs no hooks"),
    ("skipAwait", True, None, "waits for nothing"),
    ("atomic", False, None, "stays when it fails"),
    ("verify", False, None, "is not verified"),
)
POLICIES = (
    ("spec>mode", "warn", "K8-10", "warns"),
    ("spec>authorities", [{"static": {"action": "pass"}}], "K8-10", "lets all pass"),
    (
        "spec>authorities",
        lambda old: [*old, {"name": "x", "static": {"action": "pass"}}],
        "K8-10",
        "lets all pass too",
    ),
    (
        "spec>authorities",
        lambda old: [*old, {"name": "x", "key": {"data": "-----BEGIN PUBLIC KEY-----"}}],
        "K8-10",
        "takes another key",
    ),
    (
        "spec>authorities",
        [{"name": "x", "key": {"kms": f"awskms:///arn:aws:kms:us-east-1:{FOREIGN}:key/a"}}],
        "K8-10",
        "takes another account's key",
    ),
    (
        "spec>authorities",
        [{"name": "x", "key": {"kms": "awskms:///alias/theirs"}}],
        "K8-10",
        "takes another key by alias",
    ),
    (
        "spec>authorities",
        [{"name": "x", "keyless": {"identities": [{"issuerRegExp": ".*", "subjectRegExp": ".*"}]}}],
        "K8-10",
        "takes whoever has a login",
    ),
    (
        "spec>authorities",
        [
            {
                "name": "x",
                "keyless": {
                    "identities": [
                        {
                            "issuer": "https://token.actions.githubusercontent.com",
                            "subject": "https://github.com/evil/x",
                        }
                    ]
                },
            }
        ],
        "K8-10",
        "takes another repository",
    ),
    (
        "spec>authorities",
        [{"name": "x", "keyless": {"url": "https://fulcio.evil.example.com"}}],
        "K8-10",
        "takes another authority",
    ),
    ("spec>authorities", [{"name": "x", "keyless": {}}], "K8-10", "takes anybody"),
    ("spec>authorities>0>ctlog", {"url": "https://rekor.evil.example.com"}, None, "asks another log"),
    ("spec>images", [{"glob": "none/*"}], "K8-10", "is about no image"),
    ("spec>images", lambda old: [*old, {"glob": "**"}], "K8-10", "is about every image too"),
    (
        "spec>match",
        [{"group": "apps", "resource": "deployments", "version": "v1"}],
        "K8-10",
        "is about deployments alone",
    ),
    (
        "spec>match",
        [{"selector": {"matchLabels": {"judged": "true"}}}],
        "K8-10",
        "is about pods that ask for it",
    ),
    (
        "spec>policy",
        {"includeSpec": True, "data": "isCompliant: true", "type": "cue"},
        None,
        "asks something else",
    ),
)
CONTROLLER = (
    ("values>webhook>failurePolicy", "Ignore", "K8-10", "lets pass what it cannot judge"),
    ("values>webhook>configData", {"no-match-policy": "allow"}, "K8-10", "lets pass what no policy is about"),
    ("values>webhook>configData", {"no-match-policy": "warn"}, "K8-10", "warns of what no policy is about"),
    (
        "values>webhook>namespaceSelector",
        {"matchExpressions": [{"key": "policy.sigstore.dev/include", "operator": "In", "values": ["true"]}]},
        "K8-10",
        "is about namespaces that ask for it",
    ),
    (
        "values>webhook>namespaceSelector",
        {
            "matchLabels": {"judged": "true"},
            "matchExpressions": [{"key": "paved.dev/stack", "operator": "Exists"}],
        },
        "K8-10",
        "is about some namespaces of teams",
    ),
    ("values>webhook>replicaCount", 0, None, "does not run"),
    (
        "values>webhook>extraArgs",
        {"disable-tuf": True, "policy-resync-period": "9999h"},
        None,
        "looks at its policies seldom",
    ),
)


def widenings(stack):
    if stack.of("pulumi:providers:kubernetes"):
        yield from rows(stack, [(RELEASE, *row) for row in CHARTS])
        yield from rows(stack, [(CHART, *row) for row in CHARTS[:9]])
        yield from rows(stack, [(CHART, "postRenderer", DROP, "K8-09", "keeps everything of a chart")])
        yield from signatures(stack)
        yield from objects(stack)
    yield from types(stack)
    yield from providers(stack)
    yield from plugins(stack)


def signatures(stack):
    policies = "kubernetes:policy.sigstore.dev/v1alpha1:ClusterImagePolicy"
    signed = [each for each in stack.of(policies) if "key" in str(each.properties["spec"]["authorities"])]
    for each in signed[:1]:
        for path, value, claim, what in POLICIES:
            yield put(each, path, value, what, (claim,) if claim else ())
    for each in stack.of(RELEASE):
        if each.properties.get("name") == "policy-controller":
            for path, value, claim, what in CONTROLLER:
                yield put(each, path, value, f"{what}, the controller", (claim,) if claim else ())
    if signed:
        spec = {"images": [{"glob": "**"}], "authorities": [{"static": {"action": "pass"}}]}
        for version in ("v1alpha1", "v1beta1"):
            kind = f"kubernetes:policy.sigstore.dev/{version}:ClusterImagePolicy"
            yield addition(
                f"a policy of {version} lets all pass",
                ("K8-10",),
                kubernetes(stack, kind, "added", {"spec": spec}),
            )
        root = kubernetes(stack, "kubernetes:policy.sigstore.dev/v1alpha1:TrustRoot", "added", {"spec": {}})
        yield addition("a root of trust of others", ("K8-10",), root)
    for each in stack.of("kubernetes:core/v1:Namespace"):
        if "paved.dev/stack" in each.properties["metadata"]["labels"]:
            label = "metadata>labels>webhooks.knative.dev/exclude"
            yield put(each, label, "true", "is left out by the controller", ("K8-10",))
            yield put(
                each,
                "metadata>labels>policy.sigstore.dev/exclude",
                "true",
                "is left out by sigstore",
                ("K8-10",),
            )


HIDING = (
    "kubernetes:yaml:ConfigFile",
    "kubernetes:yaml/v2:ConfigGroup",
    "kubernetes:kustomize/v2:Directory",
    "kubernetes:helm.sh/v3:Chart",
    "aws:cloudformation/stack:Stack",
    "aws:cloudformation/stackSetInstance:StackSetInstance",
    "aws:cloudformation/cloudFormationType:CloudFormationType",
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
    "aws:codebuild/project:Project",
    "aws:ssm/association:Association",
    "aws:lambda/invocation:Invocation",
    "command:local:Command",
    "command:remote:Command",
    "pulumi-python:dynamic:Resource",
    "pulumi-nodejs:dynamic:Resource",
    "terraform-module:index:Module",
    "terraform:state:RemoteStateReference",
    "aws-native:s3:Bucket",
    "aws-native:iam:Role",
    "docker:index/container:Container",
    "docker-build:index:Image",
    "eks:index:Cluster",
    "awsx:ec2:Vpc",
    "pulumiservice:index:Webhook",
)
FOREIGN_TYPES = (
    "azure-native:storage:StorageAccount",
    "gcp:storage/bucket:Bucket",
    "github:index/repository:Repository",
    "cloudflare:index/record:Record",
    "random:index/randomPassword:RandomPassword",
    "tls:index/privateKey:PrivateKey",
    "null:index/resource:Resource",
    "external:index/thing:Thing",
)
UNKNOWN_TYPES = {
    "aws:ec2/instance:Instance": {"instanceType": "p5.48xlarge", "ami": "ami-1"},
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": {"instanceType": "p5.48xlarge"},
    "aws:autoscaling/group:Group": {"maxSize": 1000},
    "aws:ec2/fleet:Fleet": {},
    "aws:sagemaker/notebookInstance:NotebookInstance": {"name": "a", "directInternetAccess": "Enabled"},
    "aws:sagemaker/domain:Domain": {"domainName": "a", "appNetworkAccessType": "PublicInternetOnly"},
    "aws:sagemaker/endpoint:Endpoint": {"name": "a"},
    "aws:lambda/function:Function": {"name": "a"},
    "aws:ecs/service:Service": {"name": "a"},
    "aws:batch/computeEnvironment:ComputeEnvironment": {"type": "MANAGED"},
    "aws:rds/instance:Instance": {"publiclyAccessible": True},
    "aws:redshift/cluster:Cluster": {"publiclyAccessible": True},
    "aws:opensearch/domain:Domain": {"domainName": "a"},
    "aws:elasticache/cluster:Cluster": {"clusterId": "a"},
    "aws:lb/loadBalancer:LoadBalancer": {"internal": False},
    "aws:alb/loadBalancer:LoadBalancer": {"internal": False},
    "aws:apigatewayv2/api:Api": {"protocolType": "HTTP"},
    "aws:cloudfront/distribution:Distribution": {"enabled": True},
    "aws:transfer/server:Server": {"endpointType": "PUBLIC"},
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": {},
    "aws:ec2clientvpn/endpoint:Endpoint": {},
    "aws:ec2/vpnConnection:VpnConnection": {},
    "aws:globalaccelerator/accelerator:Accelerator": {"name": "a"},
    "aws:organizations/policy:Policy": {"content": "{}"},
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {"blockPublicAcls": False},
    "aws:ebs/encryptionByDefault:EncryptionByDefault": {"enabled": False},
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {"minimumPasswordLength": 6},
    "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": {
        "internetGatewayExclusionMode": "allow-bidirectional"
    },
}


def types(stack):
    """Types that no rule looks into, or that no rule knows."""
    if stack.context.kind == "platform" and not stack.of("pulumi:providers:aws"):
        return
    for kind in HIDING:
        yield addition(f"a {kind}", ("K8-09",), made(stack, kind, {}))
    for kind in FOREIGN_TYPES:
        yield addition(f"a {kind}", ("K8-19",), made(stack, kind, {}))
    for kind, properties in UNKNOWN_TYPES.items():
        yield addition(f"a {kind}", ("K8-19",), made(stack, kind, properties))
    control = "aws:cloudcontrol/resource:Resource"
    for name in ("AWS::IAM::Role", "AWS::S3::Bucket", "AWS::CloudFormation::Stack"):
        yield addition(f"{name} through Cloud Control", ("K8-09",), made(stack, control, {"typeName": name}))
    for each in firsts(stack, control):
        yield put(each, "typeName", "AWS::IAM::User", "makes a user", ("K8-09",))


def objects(stack):
    """Kinds of custom resources of operators that the platform does not have."""
    for kind in (
        "argoproj.io/v1alpha1:Application",
        "source.toolkit.fluxcd.io/v1:GitRepository",
        "helm.toolkit.fluxcd.io/v2:HelmRelease",
        "s3.services.k8s.aws/v1alpha1:Bucket",
        "iam.services.k8s.aws/v1alpha1:Role",
        "apiextensions.crossplane.io/v1:Composition",
        "apiextensions.k8s.io/v1:CustomResourceDefinition",
        "external-secrets.io/v1:ExternalSecret",
    ):
        found = kubernetes(stack, f"kubernetes:{kind}", "added", {"spec": {}})
        claims = () if kind.startswith("apiextensions.k8s.io") else ("K8-09",)
        yield addition(f"a {kind}", claims, found)


PROVIDERS = {
    "pulumi:providers:aws": (
        ("skipCredentialsValidation", "true", "asks nobody whose credentials they are"),
        ("allowedAccountIds", DROP, "goes to any account"),
        ("allowedAccountIds", f'["{FOREIGN}"]', "goes to another account"),
        ("assumeRoles", f'[{{"roleArn": "arn:aws:iam::{FOREIGN}:role/a"}}]', "is a role of another account"),
        ("endpoints", '[{"s3": "https://evil.example.com"}]', "goes to another address"),
        ("insecure", "true", "asks for no certificate"),
        ("accessKey", "AKIAIOSFODNN7EXAMPLE", "has a key of its own"),
        ("profile", "theirs", "has a profile of its own"),
        ("region", "ap-southeast-2", "goes to Sydney"),
        ("defaultTags", "{}", "tags nothing"),
        ("httpProxy", "http://evil.example.com", "goes through others"),
    ),
    "pulumi:providers:kubernetes": (
        (
            "kubeconfig",
            "apiVersion: v1\nclusters: [{cluster: {server: 'https://evil.example.com'}}]",
            "goes to another cluster",
        ),
        ("context", "theirs", "goes to another context"),
        ("cluster", "theirs", "goes to another cluster of its file"),
        ("deleteUnreachable", "true", "forgets what it does not reach"),
        ("enableServerSideApply", "false", "overwrites what others own"),
        ("renderYamlToDirectory", "/tmp/x", "applies nothing"),
    ),
}


def providers(stack):
    for kind, table in PROVIDERS.items():
        for each in firsts(stack, kind):
            for path, value, what in table:
                claims = {"region": ("ML-07",), "defaultTags": ("CO-01",), "accessKey": ("EN-08",)}.get(
                    path, ("K8-19",)
                )
                yield put(each, path, value, what, claims)
        if stack.of(kind):
            second = made(
                stack, kind, {"region": "us-east-1"} if kind.endswith("aws") else {"kubeconfig": "{}"}
            )
            yield addition(f"a second provider of {kind.rpartition(':')[2]}", ("K8-19",), second)


def plugins(stack):
    for each in stack.of(RELEASE):
        if each.properties.get("chart") == "nvidia-device-plugin":
            for value in ("envvar", "volume-mounts", "cdi-annotations,envvar", ""):
                yield put(
                    each, "values>deviceListStrategy", value, f"hands out GPUs by {value!r}", ("K8-12",)
                )
            yield put(each, "values>compatWithCPUManager", True, "is privileged on its node", ())
            yield put(
                each,
                "values>config",
                {"map": {"default": "sharing: {timeSlicing: {}}"}},
                "lets pods share GPUs",
                (),
            )
