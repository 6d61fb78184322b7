"""The pack under the SDK's own types: what arrives of the engine is judged as the plan is."""

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from paved.plan.model import Plan, PlannedResource
from paved.policy.plan_evaluator import PlanEvaluator
from paved.runtime.wire import to_wire
from policies.crossguard import UNDETERMINED, Pack, plain_properties
from policies.registry import RULES
from policies.rule import Level
from reference.vocabulary import UNKNOWN
from tests.conftest import AS_OF, STACKS

NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))


@pytest.fixture(scope="session")
def evaluator(planner):
    return PlanEvaluator(planner, STACKS, AS_OF)


@pytest.fixture(scope="session")
def policies():
    return Pack(STACKS).policies()


@pytest.fixture(scope="session")
def servicer(policies):
    return _PolicyAnalyzerServicer("paved", "1.0.0", policies, EnforcementLevel.ADVISORY)


def provider(plan, resource):
    found = plan.by_urn.get(resource.provider or "")
    if found is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=found.type, urn=found.urn, name=found.name, properties=to_wire(found.inputs)
    )


def analyzed(plan: Plan, servicer) -> tuple[set, set]:
    """What the pack reports of a plan, as the engine would ask it: each resource, then the stack.

    The engine of 3.272 shows no policy the StackReference, nor what it answers.
    """
    answers = []
    shown = [each for each in plan.resources if each.type != "pulumi:pulumi:StackReference"]
    for each in shown:
        request = analyzer_pb2.AnalyzeRequest(
            type=each.type,
            urn=each.urn,
            name=each.name,
            properties=to_wire(each.inputs),
            options=analyzer_pb2.AnalyzerResourceOptions(protect=each.protect),
            provider=provider(plan, each),
        )
        answers.append(servicer.Analyze(request, None))
    stack = analyzer_pb2.AnalyzeStackRequest(resources=[as_analyzed(plan, each) for each in shown])
    answers.append(servicer.AnalyzeStack(stack, None))
    found = {diagnostic_key(each) for answer in answers for each in answer.diagnostics}
    return {key[1:] for key in found if key[0] != UNDETERMINED}, {
        key for key in found if key[0] == UNDETERMINED
    }


def as_analyzed(plan: Plan, each: PlannedResource):
    return analyzer_pb2.AnalyzerResource(
        type=each.type,
        urn=each.urn,
        name=each.name,
        properties=to_wire(each.inputs),
        options=analyzer_pb2.AnalyzerResourceOptions(protect=each.protect),
        provider=provider(plan, each),
        parent=each.parent or "",
        dependencies=each.depends_on,
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in each.property_dependencies.items()
        },
    )


def diagnostic_key(diagnostic):
    level = analyzer_pb2.EnforcementLevel.Name(diagnostic.enforcementLevel).lower()
    rule, message = diagnostic.message.split(" ", 1)[0], diagnostic.message.split("\n", 1)[1]
    return (diagnostic.policyName, rule, level, diagnostic.urn, message)


def expected(report):
    return {
        (each.rule, each.level.value, each.urn, f"{each.resource}: {each.message}")
        for each in report.findings
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_reports_what_the_plan_does(name, plan_stack, evaluator, servicer):
    plan = plan_stack(name)
    report = evaluator.report(plan)
    found, undetermined = analyzed(plan, servicer)
    assert found == expected(report)
    assert len(undetermined) == len(report.undetermined)


BROKEN = {
    "EN-03": ("aws:kms/key:Key", {"enableKeyRotation": False}),
    "DR-01": (
        "aws:s3/bucketVersioning:BucketVersioning",
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    "ID-05": (
        "aws:iam/role:Role",
        {"assumeRolePolicy": '{"Statement":[{"Effect":"Allow","Principal":"*"}]}'},
    ),
    "K8-01": ("kubernetes:core/v1:Namespace", {"metadata": {"name": "vision-prod"}}),
}
"""By rule: a kind of resource, and inputs of it that break the rule."""


def test_broken_resources_are_reported_alike(plan_stack, evaluator, servicer):
    plan = plan_stack("vision-prod")
    for type, change in BROKEN.values():
        plan = changed(plan, type, change)
    report = evaluator.report(plan)
    assert set(BROKEN) <= {each.rule for each in report.violations}
    assert analyzed(plan, servicer)[0] == expected(report)


def of_rules(policies, *names):
    """An analyzer of a few policies alone: the SDK reads every resource anew for each policy."""
    chosen = [policy for policy in policies if policy.name.startswith(names)]
    return _PolicyAnalyzerServicer("paved", "1.0.0", chosen, EnforcementLevel.ADVISORY)


def test_the_engine_reports_a_rule_from_the_level_that_a_stack_promises_on(plan_stack, tmp_path):
    reported = {}
    for level in ("hardened", "regulated"):
        text = (STACKS / "Pulumi.foundation-prod.yaml").read_text(encoding="utf-8")
        promise = text.replace("paved:security: hardened", f"paved:security: {level}")
        (tmp_path / "Pulumi.foundation-prod.yaml").write_text(promise, encoding="utf-8")
        pack = of_rules(Pack(tmp_path).policies(), "se-03")
        found, _ = analyzed(plan_stack("foundation-prod"), pack)
        reported[level] = {rule for rule, *_ in found}
    assert reported == {"hardened": set(), "regulated": {"SE-03"}}


def test_an_unknown_is_undetermined_and_hides_no_other_finding(plan_stack, policies):
    change = {"enableKeyRotation": UNKNOWN, "deletionWindowInDays": 7}
    plan = changed(plan_stack("vision-prod"), "aws:kms/key:Key", change)
    found, undetermined = analyzed(plan, of_rules(policies, "en-03", "en-04", UNDETERMINED))
    assert {key[0] for key in found if key[1] == "mandatory"} == {"EN-04"}
    assert any("EN-03" in key[4] for key in undetermined)


def test_a_rule_that_fails_is_told_before_the_resource_is_made(plan_stack, policies):
    plan = changed(plan_stack("vision-prod"), "aws:kms/key:Key", {"deletionWindowInDays": "soon"})
    found, _ = analyzed(plan, of_rules(policies, "en-04", "px-08"))
    says = "Key vision-prod: `deletionWindowInDays` is a text, where EN-04 reads another form"
    assert {key[:2] + key[3:] for key in found} == {
        ("EN-04", "mandatory", f"PX-08 {says}"),
        ("PX-08", "mandatory", f"PX-08 {says}"),
    }


def test_what_cannot_be_told_refuses_in_the_engine_where_settings_say_so(plan_stack, tmp_path):
    text = (STACKS / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
    (tmp_path / "Pulumi.vision-prod.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text("settings: {refuse_undetermined: [prod]}", encoding="utf-8")
    plan = changed(plan_stack("vision-prod"), "aws:kms/key:Key", {"enableKeyRotation": UNKNOWN})
    found, undetermined = analyzed(plan, of_rules(Pack(tmp_path).policies(), "en-03", "co-03", UNDETERMINED))
    assert {key[:2] for key in found} == {("EN-03", "mandatory")}
    assert {key[4].split()[0] for key in undetermined} == {"CO-03", "CO-08"}


def changed(plan: Plan, type: str, change: dict) -> Plan:
    """A plan in which the first resource of a type has other inputs."""
    subject = plan.of(type)[0]
    broken = PlannedResource(**{**vars(subject), "inputs": {**subject.inputs, **change}})
    resources = tuple(broken if each is subject else each for each in plan.resources)
    return Plan(stack=plan.stack, resources=resources, outputs=plan.outputs)


def test_every_policy_has_a_level_and_a_name_of_its_own(policies):
    """The SDK takes a policy without a level as advisory, and two of one name as they come."""
    assert all(policy.enforcement_level for policy in policies)
    assert len({policy.name for policy in policies}) == len(policies)


def test_every_rule_that_is_not_pending_is_a_policy_at_each_of_its_levels(policies):
    offered = {(policy.name.removesuffix("-advice"), policy.enforcement_level) for policy in policies}
    for rule in RULES:
        levels = (
            {rule.enforcement.level(name) for name in ("dev", "staging", "prod")} if rule.check else set()
        )
        for level in levels:
            assert (f"{rule.id}-{rule.name}".lower(), EnforcementLevel[level.name]) in offered
    assert {level for _, level in offered} == {EnforcementLevel[level.name] for level in Level}


def test_a_whole_float_of_the_wire_is_an_int():
    sent = struct_pb2.Struct()
    sent.update({"days": 30, "share": 0.5, "on": True})
    assert plain_properties(dict(sent)) == {"days": 30, "share": 0.5, "on": True}
