"""Rights are read from what a plan makes, whatever form it has."""

import json

import pulumi_aws as aws
import pulumi_kubernetes as k8s
import pytest

from paved.access.rights import NOT_KNOWN, Right, holders


@pytest.fixture
def rights(plan_program):
    """Holders of a program's plan by kind and name, each with its rights."""

    def read(program):
        return {(each.kind, each.name): each for each in holders(plan_program(program))}

    return read


def role(name, service, *statements):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    made = aws.iam.Role(name, name=name, assume_role_policy=json.dumps({"Statement": trust}))
    aws.iam.RolePolicy(name, role=name, policy=json.dumps({"Statement": list(statements)}))
    return made


READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        ("ec2.amazonaws.com", "nodes"),
        ("pods.eks.amazonaws.com", "pods"),
        ("lambda.amazonaws.com", "services"),
    ],
)
def test_a_role_belongs_to_what_assumes_it(rights, service, kind):
    [(found, holder)] = rights(lambda: role("r", service, READ)).items()
    assert found == (kind, f"r ({service})")
    assert holder.rights == (Right(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/*",)),)


def test_conditions_and_denials_are_told(rights):
    held = {**READ, "Condition": {"Null": {"s3:if-none-match": "false"}}}
    denied = {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}
    [holder] = rights(lambda: role("r", "ec2.amazonaws.com", held, denied)).values()
    assert holder.rights == (
        Right(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/*",), only_if=("s3:if-none-match",)),
        Right(actions=("all but s3:Get*",), resources=("*",), denied=True),
    )


def test_a_document_that_is_known_later_is_no_absence_of_rights(rights):
    def program():
        made = role("r", "ec2.amazonaws.com")
        aws.iam.RolePolicy(
            "late", role="r", policy=made.arn.apply(lambda arn: json.dumps({"Statement": arn}))
        )

    [holder] = rights(program).values()
    assert holder.rights == (Right(actions=(NOT_KNOWN,), resources=()),)


def test_groups_have_the_rules_of_the_role_that_is_bound(plan_program):
    subject = k8s.rbac.v1.SubjectArgs(kind="Group", name="g", api_group="rbac.authorization.k8s.io")

    def program():
        rule = k8s.rbac.v1.PolicyRuleArgs(api_groups=["batch", ""], resources=["jobs"], verbs=["create"])
        k8s.rbac.v1.Role("jobs", metadata={"name": "jobs", "namespace": "n"}, rules=[rule])
        for kind, name in (("Role", "jobs"), ("ClusterRole", "admin")):
            reference = k8s.rbac.v1.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind=kind, name=name)
            k8s.rbac.v1.RoleBinding(
                name, metadata={"name": name, "namespace": "n"}, role_ref=reference, subjects=[subject]
            )

    found = holders(plan_program(program))
    assert {(holder.kind, holder.name) for holder in found} == {("groups", "group g")}
    assert {right for holder in found for right in holder.rights} == {
        Right(actions=("create",), resources=("batch/jobs", "jobs")),
        Right(actions=("ClusterRole admin",), resources=("of the cluster",)),
    }


def test_a_boundary_is_told(plan_stack):
    bounds = {holder.bound for holder in holders(plan_stack("vision-prod")) if holder.kind == "pods"}
    assert bounds == {"paved-foundation-prod-team-boundary"}


def test_people_act_as_the_groups_of_their_entry(plan_stack):
    found = {each.name: each.rights for each in holders(plan_stack("vision-prod")) if each.kind == "people"}
    assert found == {
        name: (Right(actions=("acts as",), resources=(f"group paved:vision-prod{rights}",)),)
        for name, rights in {
            "paved-vision-prod-ci": ":submit",
            "vision-engineers": "",
            "vision-quality": ":view",
            "vision-release": ":promoters",
        }.items()
    }


def test_everybody_of_a_sample_stack_is_found(plan_stack):
    plan = plan_stack("foundation-prod")
    found = holders(plan)
    people = [holder.name for holder in found if holder.kind == "people"]
    assert people == ["paved-deploy", "platform-oncall", "security-audit"]
    assert len([holder for holder in found if holder.kind != "people"]) == len(plan.of("aws:iam/role:Role"))
    assert all(holder.rights for holder in found)
