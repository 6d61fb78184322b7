"""Other judges' controls of the types that the sample stacks make, each with an answer of ours, in judges.yaml."""

from pathlib import Path

import yaml

from policies.registry import RULES
from tests.conftest import STACKS

SUBJECTS = yaml.safe_load((Path(__file__).parent / "judges.yaml").read_text(encoding="utf-8"))
JUDGES = ("prowler", "cdk-nag")
ANSWERS = {
    "same": {"same"},
    "stricter": {"stricter", "how"},
    "unneeded": {"unneeded"},
    "missing": {"missing"},
}
NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))
NO_RESOURCES = ("paved:", "pulumi:")
"""Components and providers, which are no resources of an account or a cluster."""


def test_every_type_that_the_samples_make_is_covered_once(plan_stack):
    made = {each.type for name in NAMES for each in plan_stack(name).resources}
    listed = [each for subject in SUBJECTS for each in subject["types"]]
    assert sorted(listed) == sorted(each for each in made if not each.startswith(NO_RESOURCES))


def test_an_answer_names_rules_that_there_are_or_says_why():
    checked = {rule.id for rule in RULES if rule.check}
    wrong = []
    for subject in SUBJECTS:
        for judge in JUDGES:
            wrong += [control for control, answer in subject[judge].items() if not is_sound(answer, checked)]
    assert wrong == []


def is_sound(answer, checked):
    what = next(iter(answer))
    says = set(answer[what]) <= checked if what in ("same", "stricter") else len(answer[what]) > 20
    return set(answer) == ANSWERS[what] and says


def test_a_subject_without_controls_says_why():
    for subject in SUBJECTS:
        assert any(subject[judge] for judge in JUDGES) != ("why" in subject)


def test_no_control_stands_twice():
    for judge in JUDGES:
        names = [control for subject in SUBJECTS for control in subject[judge]]
        assert sorted(names) == sorted(set(names))
