"""Admission that no longer refuses, quotas that cap nothing, namespaces that enforce less."""

from tests.policies.widening.model import DROP, MadeOf, addition, firsts, kubernetes, lookup, put

POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
BINDING = f"{POLICY}Binding"
CLAIM = ("K8-16",)
TOOTHLESS = (
    ("spec>failurePolicy", "Ignore", "lets through what it cannot judge"),
    ("spec>validations", [{"expression": "true"}], "asks nothing"),
    ("spec>validations>0>expression", "true", "asks nothing at first"),
    ("spec>validations>0>expression", "1 == 1", "asks what always holds"),
    ("spec>validations>0>expression", MadeOf("text", "({old}) || true"), "asks for this or anything"),
    (
        "spec>validations>0>expression",
        MadeOf("text", "has(object.metadata) || ({old})"),
        "asks nothing of what has a name",
    ),
    ("spec>validations", MadeOf("first", 1), "asks the first thing alone"),
    ("spec>matchConditions", [{"name": "never", "expression": "false"}], "is about nothing"),
    ("spec>matchConditions", [{"name": "one", "expression": "request.name == 'x'"}], "is about one name"),
    ("spec>matchConstraints>resourceRules>0>operations", ["DELETE"], "is about deleting"),
    ("spec>matchConstraints>resourceRules>0>operations", ["CONNECT"], "is about connecting"),
    ("spec>matchConstraints>resourceRules>0>resources", ["configmaps"], "is about config maps"),
    ("spec>matchConstraints>resourceRules>0>apiGroups", ["example.com"], "is about another group"),
    ("spec>matchConstraints>resourceRules>0>apiVersions", ["v1beta9"], "is about another version"),
    ("spec>matchConstraints>resourceRules>0>scope", "Cluster", "is about what has no namespace"),
    ("spec>matchConstraints>resourceRules>0>resourceNames", ["x"], "is about one object"),
    (
        "spec>matchConstraints>excludeResourceRules",
        [{"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}],
        "leaves out everything",
    ),
    (
        "spec>matchConstraints>namespaceSelector",
        {"matchLabels": {"judged": "true"}},
        "is about namespaces that ask for it",
    ),
    (
        "spec>matchConstraints>objectSelector",
        {"matchLabels": {"judged": "true"}},
        "is about objects that ask for it",
    ),
    ("spec>matchConstraints>matchPolicy", "Exact", "is about one version"),
)
UNBOUND = (
    ("spec>validationActions", ["Audit"], "writes down what it should refuse"),
    ("spec>validationActions", ["Warn"], "warns of what it should refuse"),
    ("spec>validationActions", [], "does nothing"),
    ("spec>validationActions", ["deny"], "refuses in small letters"),
    ("spec>policyName", "other", "binds another policy"),
    (
        "spec>matchResources",
        {"namespaceSelector": {"matchLabels": {"judged": "true"}}},
        "binds namespaces that ask for it",
    ),
    (
        "spec>matchResources",
        {"objectSelector": {"matchLabels": {"judged": "true"}}},
        "binds objects that ask for it",
    ),
    (
        "spec>matchResources",
        {
            "resourceRules": [
                {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["x"]}
            ]
        },
        "binds another kind",
    ),
    (
        "spec>matchResources",
        {
            "excludeResourceRules": [
                {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}
            ]
        },
        "binds nothing",
    ),
    (
        "spec>paramRef",
        {"name": "none", "parameterNotFoundAction": "Allow"},
        "asks for parameters that are not there",
    ),
)
PSS = "pod-security.kubernetes.io/"
NAMESPACE = "kubernetes:core/v1:Namespace"
LEVELS = (
    ("enforce", "privileged", "K8-01", "enforces nothing"),
    ("enforce", "baseline", "K8-01", "enforces the baseline"),
    ("enforce", "Restricted", "K8-01", "enforces a level in a capital letter"),
    ("enforce", "", "K8-01", "enforces an empty level"),
    ("enforce-version", "latest", "K8-01", "enforces the newest"),
    ("enforce-version", "v1.19", "K8-01", "enforces a version of long ago"),
    ("enforce-version", "", "K8-01", "enforces an empty version"),
)


def widenings(stack):
    if not stack.of("pulumi:providers:kubernetes"):
        return
    for each in picked(stack, POLICY):
        for path, value, what in TOOTHLESS:
            yield put(each, path, value, what, CLAIM)
    for each in picked(stack, BINDING):
        for path, value, what in UNBOUND:
            yield put(each, path, value, what, CLAIM)
    yield from mutating(stack)
    yield from namespaces(stack)
    yield from quotas(stack)
    yield from budgets(stack)


def picked(stack, kind):
    """The first of a kind, and the one about new pods."""
    found = stack.of(kind)
    more = [each for each in found if each.properties["metadata"]["name"] == "paved-new-pods"]
    return {each.urn: each for each in (*found[:1], *more)}.values()


def mutating(stack):
    """Admission that changes what is judged, or that others answer."""
    webhook = {
        "name": "a.example.com",
        "clientConfig": {"url": "https://evil.example.com"},
        "failurePolicy": "Ignore",
    }
    kinds = {
        "admissionregistration.k8s.io/v1:MutatingWebhookConfiguration": {"webhooks": [webhook]},
        "admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration": {"webhooks": [webhook]},
        "admissionregistration.k8s.io/v1beta1:MutatingAdmissionPolicy": {"spec": {"mutations": []}},
        "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBindingPatch": {
            "spec": {"validationActions": ["Audit"]}
        },
        "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyPatch": {
            "spec": {"failurePolicy": "Ignore"}
        },
        "apiregistration.k8s.io/v1:APIService": {"spec": {"group": "example.com", "service": {"name": "a"}}},
        "kyverno.io/v1:ClusterPolicy": {"spec": {}},
        "kyverno.io/v2:PolicyException": {"spec": {}},
        "templates.gatekeeper.sh/v1:ConstraintTemplate": {"spec": {}},
        "flowcontrol.apiserver.k8s.io/v1:FlowSchema": {"spec": {}},
        "scheduling.k8s.io/v1:PriorityClass": {"value": 1000000000, "globalDefault": True},
    }
    for kind, content in kinds.items():
        claims = () if kind.startswith(("flowcontrol", "scheduling")) else CLAIM
        yield addition(
            f"a {kind} of others", claims, kubernetes(stack, f"kubernetes:{kind}", "added", content)
        )


def namespaces(stack):
    found = {
        each.properties["metadata"]["labels"].get("paved.dev/stack"): each
        for each in reversed(stack.of(NAMESPACE))
    }
    for each in found.values():
        labels = each.properties["metadata"]["labels"]
        if labels.get(f"{PSS}enforce") == "restricted":
            for key, value, claim, what in LEVELS:
                yield put(each, f"metadata>labels>{PSS}{key}", value, what, (claim,))
        if "paved.dev/stack" in labels:
            yield put(each, "metadata>labels>paved.dev/stack", DROP, "is of no stack", ("NW-08",))
            yield put(each, "metadata>labels>paved.dev/stack", "other", "is of another stack", ())
            yield put(each, "metadata>labels>team", "other", "is of another team", ("CO-01",))
            yield put(each, "metadata>labels>data-class", "public", "holds public data", ("ML-03",))
    content = {"metadata": {"name": "added", "labels": {}}}
    yield addition("a Namespace without labels", ("K8-01",), kubernetes(stack, NAMESPACE, "added", content))
    for form in (f"{NAMESPACE}Patch", f"{NAMESPACE}List"):
        labels = {f"{PSS}enforce": "privileged"}
        item = {"metadata": {"name": "a", "labels": labels}}
        found = kubernetes(stack, form, "added", {"items": [item]} if form.endswith("List") else {})
        found.properties["metadata"]["labels"] |= labels
        yield addition(f"a {form.rsplit(':', 1)[-1]} enforces nothing", ("K8-01",), found)


def quotas(stack):
    for each in firsts(stack, "kubernetes:core/v1:ResourceQuota"):
        claims = ("K8-08",) if stack.context.kind == "team" else ()
        for key in ("requests.cpu", "requests.memory", "limits.memory", "pods"):
            yield put(each, f"spec>hard>{key}", "1000000000", f"caps {key} at what nobody has", claims)
        for device in ("nvidia.com/gpu", "aws.amazon.com/neuron"):
            yield put(
                each, f"spec>hard>requests.{device}", "1000", f"caps {device} at what nobody has", claims
            )
        yield put(each, "spec>scopes", ["BestEffort"], "is about pods that ask for nothing", claims)
        selector = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["x"]}]}
        yield put(each, "spec>scopeSelector", selector, "is about pods of a priority", claims)
        yield put(each, "metadata>namespace", "other", "caps another namespace", claims)
    for each in firsts(stack, "kubernetes:core/v1:LimitRange"):
        yield put(each, "spec>limits", [], "limits nothing", ("K8-08",))
        yield put(each, "spec>limits>0>type", "Pod", "is about pods as a whole", ("K8-08",))
        yield put(each, "spec>limits>0>default", {"memory": "100Ti"}, "has everything by default", ("K8-08",))
        yield put(each, "metadata>namespace", "other", "limits another namespace", ("K8-08",))
    for each in firsts(stack, "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue"):
        groups = lookup(each.properties, "spec>resourceGroups")
        for index, resource in enumerate(groups[0]["flavors"][0]["resources"]):
            path = f"spec>resourceGroups>0>flavors>0>resources>{index}"
            claims = ("K8-08",) if "gpu" in resource["name"] or "neuron" in resource["name"] else ()
            yield put(each, f"{path}>nominalQuota", "100000", f"has all of {resource['name']}", claims)
            yield put(each, f"{path}>borrowingLimit", "100000", f"borrows all of {resource['name']}", claims)
        yield put(each, "spec>namespaceSelector", {}, "takes jobs of every namespace", ())
        yield put(
            each,
            "spec>preemption",
            {"reclaimWithinCohort": "Any", "borrowWithinCohort": {"policy": "LowerPriority"}},
            "puts out others' jobs",
            (),
        )


def budgets(stack):
    if stack.context.kind != "team":
        return
    for each in firsts(stack, "kubernetes:policy/v1:PodDisruptionBudget"):
        for what, spec in {
            "lets nobody go": {"maxUnavailable": 0},
            "lets nobody go, in percent": {"maxUnavailable": "0%"},
            "keeps all": {"minAvailable": "100%"},
            "keeps a hundred": {"minAvailable": 100},
            "lets all go": {"maxUnavailable": "100%"},
            "keeps none": {"minAvailable": 0},
        }.items():
            content = {"selector": each.properties["spec"]["selector"], **spec}
            yield put(each, "spec", content, what, ("RE-02",))
        yield put(each, "spec>selector", {"matchLabels": {"a": "none"}}, "is about no pod", ("RE-02",))
        yield put(each, "spec>selector", {}, "is about every pod", ())
        yield put(each, "metadata>namespace", "other", "is of another namespace", ("RE-02",))
