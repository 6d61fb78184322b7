"""The strict check of parameters: each kind of constraint has a case that fails and one that passes."""

import botocore.session
import pytest
from botocore.model import DenormalizedStructureBuilder, ShapeResolver

from paved.aws.creating.strict import model_violations, tag_violations

SHAPES = {
    "Request": {
        "type": "structure",
        "required": ["Name"],
        "members": {
            "Name": {"shape": "Name"},
            "Mode": {"shape": "Mode"},
            "InstanceType": {"shape": "InstanceType"},
            "Size": {"shape": "Size"},
            "Ratio": {"shape": "Ratio"},
            "Enabled": {"shape": "Enabled"},
            "Items": {"shape": "Items"},
            "Labels": {"shape": "Labels"},
            "Data": {"shape": "Data"},
            "Secret": {"shape": "Secret"},
            "Choice": {"shape": "Choice"},
            "When": {"shape": "When"},
            "Free": {"shape": "Free"},
            "Odd": {"shape": "Odd"},
        },
    },
    "Name": {"type": "string", "min": 3, "max": 8, "pattern": "[a-z-]+"},
    "Mode": {"type": "string", "enum": ["on", "off"]},
    "InstanceType": {"type": "string", "enum": ["m7i.large"]},
    "Size": {"type": "integer", "min": 1, "max": 10},
    "Ratio": {"type": "double", "min": 0, "max": 1},
    "Enabled": {"type": "boolean"},
    "Items": {"type": "list", "min": 1, "max": 2, "member": {"shape": "Name"}},
    "Labels": {"type": "map", "max": 1, "key": {"shape": "Name"}, "value": {"shape": "Mode"}},
    "Data": {"type": "blob", "max": 4},
    "Secret": {"type": "string", "max": 3, "sensitive": True},
    "Choice": {
        "type": "structure",
        "union": True,
        "members": {"A": {"shape": "Size"}, "B": {"shape": "Size"}},
    },
    "When": {"type": "timestamp"},
    "Free": {"type": "structure", "document": True, "members": {}},
    "Odd": {"type": "string", "pattern": r"[\p{all}]+"},
}
REQUEST = ShapeResolver(SHAPES).get_shape_by_name("Request")


def found(**parameters):
    return [(f.parameter, f.rule, f.value) for f in model_violations(REQUEST, {"Name": "good", **parameters})]


def test_a_legal_request_has_no_finding():
    legal = {
        "Mode": "on",
        "InstanceType": "m7i.large",
        "Size": 10,
        "Ratio": 1,
        "Enabled": False,
        "Items": ["abc", "abc"],
        "Labels": {"abc": "on"},
        "Data": b"abcd",
        "Secret": "abc",
        "Choice": {"A": 1},
        "When": "2026-11-01",
        "Free": {"anything": [1, {}]},
    }
    assert found(**legal) == []


@pytest.mark.parametrize(
    ("parameters", "parameter", "rule"),
    [
        ({"Name": None}, "Name", "is required"),
        ({"Name": "ab"}, "Name", "must have a length of 3 to 8"),
        ({"Name": "abcdefghi"}, "Name", "must have a length of 3 to 8"),
        ({"Name": "good!"}, "Name", "must match [a-z-]+"),
        ({"Name": "good\n"}, "Name", "must match [a-z-]+"),
        ({"Mode": "On"}, "Mode", "must be one of on, off"),
        ({"Size": 0}, "Size", "must be of 1 to 10"),
        ({"Size": 11}, "Size", "must be of 1 to 10"),
        ({"Size": "5"}, "Size", "must be of type integer"),
        ({"Size": True}, "Size", "must be of type integer"),
        ({"Size": 5.0}, "Size", "must be of type integer"),
        ({"Ratio": 1.01}, "Ratio", "must be of 0 to 1"),
        ({"Enabled": "true"}, "Enabled", "must be of type boolean"),
        ({"Items": []}, "Items", "must have a length of 1 to 2"),
        ({"Items": ["abc"] * 3}, "Items", "must have a length of 1 to 2"),
        ({"Items": ["abc", "AB"]}, "Items[1]", "must match [a-z-]+"),
        ({"Items": "abc"}, "Items", "must be of type list"),
        ({"Labels": {"abc": "on", "abd": "on"}}, "Labels", "must have a length of any to 1"),
        ({"Labels": {"ABC": "on"}}, "Labels key", "must match [a-z-]+"),
        ({"Labels": {"abc": "maybe"}}, "Labels['abc']", "must be one of on, off"),
        ({"Data": b"abcde"}, "Data", "must have a length of any to 4"),
        ({"Choice": {"A": 1, "B": 2}}, "Choice", "must have exactly one member"),
        ({"Choice": {"C": 1}}, "Choice.C", "is not a member of Choice"),
        ({"Naem": "good"}, "Naem", "is not a member of Request"),
    ],
)
def test_each_constraint_is_held(parameters, parameter, rule):
    assert (parameter, rule) in [(where, said) for where, said, _ in found(**parameters)]


def test_the_value_found_is_told_unless_it_is_sensitive():
    assert found(Mode="On") == [("Mode", "must be one of on, off", "On")]
    assert found(Secret="abcd") == [("Secret", "must have a length of any to 3", "(sensitive)")]


def test_all_violations_are_told_at_once():
    assert [where for where, _, _ in found(Mode="?", Size=0, Items=["AB", "CD"])] == [
        "Mode",
        "Size",
        "Items[0]",
        "Items[0]",
        "Items[1]",
        "Items[1]",
    ]


def test_an_enum_that_lags_behind_aws_is_doubtful_and_others_are_not():
    doubtful = {
        f.parameter: f.doubtful
        for f in model_violations(REQUEST, {"Name": "ok-", "InstanceType": "z9.huge", "Mode": "?"})
    }
    assert doubtful == {"InstanceType": True, "Mode": False}


def test_a_pattern_that_cannot_be_decided_is_doubtful():
    (violation,) = model_violations(REQUEST, {"Name": "good", "Odd": "x"})
    assert violation.doubtful


def test_a_long_enum_names_the_nearest_value():
    shape = ShapeResolver(
        {"E": {"type": "string", "enum": [f"value-{n}" for n in range(40)]}}
    ).get_shape_by_name("E")
    (violation,) = model_violations(shape, "value-1x", "E")
    assert len(violation.rule) < 120
    assert "did you mean `value-1`?" in violation.rule


STATUS = {"Bucket": "b", "VersioningConfiguration": {"Status": "enabled"}}


@pytest.mark.parametrize(
    ("service", "operation", "request_", "parameter"),
    [
        ("iam", "CreateRole", {"RoleName": "x y", "AssumeRolePolicyDocument": "{}"}, "RoleName"),
        ("s3", "PutBucketVersioning", STATUS, "VersioningConfiguration.Status"),
        ("eks", "CreateAccessEntry", {"clusterName": "c"}, "principalArn"),
        ("budgets", "DescribeBudget", {"AccountId": "123", "BudgetName": "b"}, "AccountId"),
    ],
)
def test_the_real_models_are_held(service, operation, request_, parameter):
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(operation).input_shape
    assert next(model_violations(shape, request_)).parameter == parameter


def test_a_structure_without_metadata_is_left_alone():
    shape = DenormalizedStructureBuilder().with_members({"A": {"type": "string"}}).build_model()
    assert not list(model_violations(shape, {"A": "anything at all"}))


def test_legal_tags_break_no_rule():
    assert not list(tag_violations({"a" * 128: "b" * 256, **{f"k{n}": "" for n in range(49)}}))


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"": "x"}, "must have a key of 1 to 128 characters"),
        ({"a" * 129: "x"}, "must have a key of 1 to 128 characters"),
        ({"aws:team": "x"}, "must not start with `aws:`"),
        ({"AWS:team": "x"}, "must not start with `aws:`"),
        ({"team": "x" * 257}, "must be text of at most 256 characters"),
        ({"team": 7}, "must be text of at most 256 characters"),
        ({f"k{n}": "x" for n in range(51)}, "must be at most 50"),
    ],
)
def test_each_rule_of_tags_is_held(tags, rule):
    assert [violation.rule for violation in tag_violations(tags)] == [rule]


def test_a_service_whose_model_says_nothing_of_tags_is_held_to_them_too(account):
    inputs = {"cidrBlock": "10.0.0.0/16", "tags": {"aws:team": "vision"}}
    assert account.rejections("aws:ec2/vpc:Vpc", inputs) == [
        "`tags['aws:team']`: must not start with `aws:`, got 'aws:team'"
    ]
