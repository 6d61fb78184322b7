"""A resource that was renamed says under which URNs it was known."""

import pulumi_aws as aws
from pulumi import Alias, ComponentResource, ResourceOptions


class Box(ComponentResource):
    def __init__(self, name, opts=None, child=None):
        super().__init__("paved:test:Box", name, {}, opts)
        aws.sns.Topic(f"{name}-topic", name="t", opts=ResourceOptions(parent=self, aliases=child))
        self.register_outputs({})


def former(plan):
    return {
        resource.name: [urn.partition("::paved::")[2] for urn in resource.former_urns]
        for resource in plan.resources
    }


def test_a_renamed_component_takes_its_children_with_it(plan_program):
    found = former(plan_program(lambda: Box("new", ResourceOptions(aliases=[Alias(name="old")]))))
    assert found["new"] == ["paved:test:Box::old"]
    assert found["new-topic"] == ["paved:test:Box$aws:sns/topic:Topic::old-topic"]


def test_a_child_has_aliases_of_its_own(plan_program):
    found = former(
        plan_program(lambda: Box("box", child=[Alias(name="was"), Alias(type_="aws:sns/old:Old")]))
    )
    assert found["box-topic"] == [
        "paved:test:Box$aws:sns/topic:Topic::was",
        "paved:test:Box$aws:sns/old:Old::box-topic",
    ]


def test_a_whole_urn_is_taken_as_it_is(plan_program):
    plan = plan_program(lambda: Box("box", ResourceOptions(aliases=["urn:pulumi:a::b::c::d"])))
    assert plan.one("paved:test:Box").former_urns == ("urn:pulumi:a::b::c::d",)


def test_a_resource_without_aliases_has_no_former_urn(plan_program):
    assert set(map(tuple, former(plan_program(lambda: Box("box"))).values())) == {()}
