import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from components.retraining.run import annotations, pod_labels
from reference.lineage import config_digest, shown_digest
from tests.components.retraining.conftest import RUN

LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
DIGESTS = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)
SETTINGS = st.dictionaries(st.text(), st.integers() | st.text() | st.booleans(), max_size=5)


@given(DIGESTS, DIGESTS, st.from_regex(r"git:[0-9a-f]{40}", fullmatch=True))
def test_every_label_is_one_that_kubernetes_takes(image, settings, commit):
    run = replace(
        RUN, trigger="t" * 30, code_commit=commit, settings_digest=settings, image=f"trainer@{image}"
    )
    labels = pod_labels(run)
    assert all(LABEL_VALUE.fullmatch(value) for value in labels.values())


@given(DIGESTS)
def test_a_digest_in_a_label_is_how_the_whole_one_starts(digest):
    assert digest.removeprefix("sha256:").startswith(shown_digest(digest))
    assert len(shown_digest(digest)) * 4 >= 160


@given(SETTINGS, SETTINGS)
def test_digests_are_the_same_for_the_same_settings_alone(one, other):
    same = sorted(map(repr, one.items())) == sorted(map(repr, other.items()))
    assert (config_digest(one) == config_digest(other)) == same


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert config_digest({"a": 1, "b": 2}) == config_digest({"b": 2, "a": 1})
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", config_digest({}))


def test_annotations_have_digests_whole_and_say_where_records_are():
    image = "registry.example.com/scoring@sha256:" + "b" * 64
    found = annotations(replace(RUN, image=image, models="models"))
    assert found == {
        "karpenter.sh/do-not-disrupt": "true",
        "paved.dev/config-digest": "sha256:" + "a" * 64,
        "paved.dev/image": image,
        "paved.dev/lineage": "s3://models/lineage/nightly/",
    }
