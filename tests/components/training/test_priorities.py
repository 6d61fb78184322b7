from dataclasses import replace

import pulumi_kubernetes as k8s
import pytest

from components.training.priorities import Priorities, PrioritiesArgs, PriorityClass

CLASS = "kubernetes:kueue.x-k8s.io/v1beta2:WorkloadPriorityClass"
URGENT = PriorityClass(name="urgent", value=1000, description="Evicts")
EXPERIMENT = PriorityClass(name="experiment", value=-1000, description="Gives way")
ARGS = PrioritiesArgs(classes=[URGENT, EXPERIMENT], labels={"team": "platform"}, after=[])


@pytest.fixture
def planned(plan_program):
    def plan(args=ARGS):
        def program():
            metadata = k8s.meta.v1.ObjectMetaArgs(name="kueue")
            kueue = k8s.core.v1.Namespace("kueue", metadata=metadata)
            Priorities("priorities", replace(args, after=[kueue]))

        return plan_program(program)

    return plan


def test_a_class_is_an_object_without_a_spec(planned):
    assert planned().one(CLASS, "priorities-experiment").inputs == {
        "apiVersion": "kueue.x-k8s.io/v1beta2",
        "kind": "WorkloadPriorityClass",
        "metadata": {"name": "experiment", "labels": {"team": "platform"}},
        "value": -1000,
        "description": "Gives way",
    }


def test_a_class_is_keyed_by_its_name_and_not_by_its_place(planned):
    def urns(classes):
        return {each.urn for each in planned(replace(ARGS, classes=classes)).of(CLASS)}

    assert urns([EXPERIMENT, URGENT]) == urns([URGENT, EXPERIMENT])
    assert urns([EXPERIMENT]) < urns([URGENT, EXPERIMENT])


def test_classes_wait_for_kueue(planned):
    for each in planned().of(CLASS):
        [kueue] = each.depends_on
        assert kueue.endswith("::kueue")


def test_the_names_of_the_classes_keep_their_order(plan_program):
    created = []
    plan_program(lambda: created.append(Priorities("priorities", ARGS)))
    assert created[0].names == ["urgent", "experiment"]
