"""Kubernetes objects: built-in kinds whole, custom resources as far as all objects are alike."""

import pytest

from paved.rehearsal.kubernetes import is_built_in, object_problems, release_problems

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "vision-prod"}}
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "quota", "namespace": "vision-prod"},
    "spec": {"hard": {"requests.nvidia.com/gpu": "8"}},
}
CUSTOM = {
    "apiVersion": "kueue.x-k8s.io/v1beta2",
    "kind": "LocalQueue",
    "metadata": {"name": "train", "namespace": "vision-prod"},
    "spec": {"clusterQueue": "vision-prod"},
}
RELEASE = {
    "name": "kueue",
    "chart": "oci://registry.example.com/charts/kueue",
    "version": "0.14.4",
    "namespace": "kueue-system",
}


def problems(manifest, version="1.35"):
    return [(found.parameter, found.rule) for found in object_problems(manifest, version)]


def with_metadata(manifest, **metadata):
    return {**manifest, "metadata": {**manifest["metadata"], **metadata}}


@pytest.mark.parametrize("manifest", [NAMESPACE, QUOTA, CUSTOM])
def test_a_sound_object_has_no_problem(manifest):
    assert problems(manifest) == []


def test_an_unknown_field_of_a_built_in_kind_is_refused():
    assert problems({**QUOTA, "spec": {"hardd": {}}}) == [
        ("spec", "Additional properties are not allowed ('hardd' was unexpected)")
    ]


def test_a_wrong_type_deep_inside_a_built_in_kind_is_refused():
    ports = [{"port": 80, "targetPort": True}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a", "namespace": "b"},
        "spec": {"ports": ports},
    }
    assert [where for where, _ in problems(service)] == ["spec.ports[0].targetPort"]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "Namespce"),
        ("policy/v1beta1", "PodDisruptionBudget"),
        ("batch/v2", "Job"),
    ],
)
def test_a_kind_that_the_version_does_not_serve_is_refused(api_version, kind):
    manifest = {**NAMESPACE, "apiVersion": api_version, "kind": kind}
    assert problems(manifest) == [("kind", "must be a kind of Kubernetes 1.35")]


@pytest.mark.parametrize(
    ("api_version", "built_in"),
    [
        ("v1", True),
        ("apps/v1", True),
        ("networking.k8s.io/v1", True),
        ("admissionregistration.k8s.io/v1", True),
        ("kueue.x-k8s.io/v1beta2", False),
        ("karpenter.sh/v1", False),
        ("monitoring.coreos.com/v1", False),
    ],
)
def test_the_groups_of_the_api_server_are_told_from_custom_ones(api_version, built_in):
    assert is_built_in(api_version) is built_in


@pytest.mark.parametrize(
    ("metadata", "parameter"),
    [
        ({"name": "Vision"}, "metadata.name"),
        ({"name": "a" * 254}, "metadata.name"),
        ({"name": None}, "metadata.name"),
        ({"namespace": "a.b"}, "metadata.namespace"),
        ({"labels": {"team": "ml vision"}}, "metadata.labels['team']"),
        ({"labels": {"team": "a" * 64}}, "metadata.labels['team']"),
        ({"labels": {"-team": "vision"}}, "metadata.labels key"),
        ({"labels": {"a/b/c": "vision"}}, "metadata.labels key"),
        ({"annotations": {"a b": "x"}}, "metadata.annotations key"),
        ({"annotations": {"a": 1}}, "metadata.annotations['a']"),
        ({"annotations": {"a": "x" * 262_145}}, "metadata.annotations"),
    ],
)
def test_the_frame_of_a_custom_resource_is_held(metadata, parameter):
    assert [where for where, _ in problems(with_metadata(CUSTOM, **metadata))] == [parameter]


def test_labels_that_the_grammar_allows_pass():
    labels = {"team": "", "paved.dev/stack": "vision-prod", "app.kubernetes.io/name": "A_b.c-1"}
    assert (
        problems(with_metadata(CUSTOM, labels=labels, annotations={"example.com/note": "any text: at all"}))
        == []
    )


@pytest.mark.parametrize("changes", [{"apiVersion": "kueue"}, {"kind": "local queue"}])
def test_version_and_kind_are_held(changes):
    assert problems({**CUSTOM, **changes})[0][0] == next(iter(changes))


def test_what_json_cannot_say_is_refused():
    assert [rule[:13] for _, rule in problems({**CUSTOM, "spec": {"weight": float("nan")}})] == [
        "must be JSON:"
    ]


@pytest.mark.parametrize("kind", ["Role", "ClusterRole", "RoleBinding"])
def test_names_of_roles_may_hold_colons(kind):
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": "paved:view"}}
    extra = (
        {}
        if kind != "RoleBinding"
        else {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"}}
    )
    assert problems({**role, **extra}) == []


def test_a_release_of_an_exact_chart_passes():
    assert not list(release_problems(RELEASE))
    repository = {"chart": "kueue", "repositoryOpts": {"repo": "https://example.com/charts"}}
    assert not list(release_problems({**RELEASE, **repository}))


@pytest.mark.parametrize("key", ["name", "chart", "version", "namespace"])
def test_a_release_names_what_it_installs(key):
    found = [problem.parameter for problem in release_problems({**RELEASE, key: None})]
    assert found[0] == key


def test_a_release_says_where_its_chart_is():
    (found,) = release_problems(
        {**RELEASE, "chart": "kueue", "repositoryOpts": {"repo": "http://example.com"}}
    )
    assert found.rule == "must be an oci:// chart, or an https:// repository must be named"


PATCH = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "controller", "namespace": "operators"},
    "spec": {"replicas": 2, "template": {"spec": {"priorityClassName": "system-cluster-critical"}}},
}


def test_a_patch_leaves_out_what_the_object_has():
    assert list(object_problems(PATCH, "1.35", is_patch=True)) == []
    assert list(object_problems(PATCH, "1.35"))


def test_a_patch_has_fields_of_the_kind_alone():
    misspelt = {**PATCH, "spec": {"replica": 2}}
    assert list(object_problems(misspelt, "1.35", is_patch=True))
