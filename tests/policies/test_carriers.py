"""Documents and grants are found by structure, and no property of the provider that may hold one is left out."""

import json
import re
from pathlib import Path

import pulumi_aws
import pytest
import yaml

from policies.carriers import (
    ACCOUNT_KEYS,
    DOCUMENT_KEYS,
    ORGANISATION_KEYS,
    PRINCIPAL_KEYS,
    documents,
    grants,
)
from policies.resources import Resource
from reference.vocabulary import UNKNOWN

NOT_CARRIERS = yaml.safe_load((Path(__file__).parent / "not_carriers.yaml").read_text(encoding="utf-8"))
GETTER = re.compile(r'@pulumi\.getter(?:\(name="(\w+)"\))?\n    def (\w+)\(self\) -> ([^\n]*):')
LIKE_POLICY = re.compile(r"polic(y|ies)(document|text|body|json)?$")
LIKE_GRANT = re.compile(
    r"principal|account(s|id|ids|number)?$|grantee|^acl$|owner(id|accountid)$|members?$|organization(id|arn)"
)
DOCUMENT = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def properties():
    """The names of every property of the provider that may hold text, inputs of inputs included."""
    found = set()
    for path in Path(pulumi_aws.__file__).parent.rglob("*.py"):
        if path.name not in ("outputs.py", "__init__.py") and not path.name.startswith("get_"):
            for written, python, kind in GETTER.findall(path.read_text(encoding="utf-8")):
                if "str" in kind or "Document" in kind:
                    found.add(written or python)
    assert len(found) > 5000
    return found


def test_every_property_named_like_a_policy_is_a_document_or_has_a_reason(properties):
    like = {name for name in properties if LIKE_POLICY.search(name.lower())}
    assert {name for name in like if name.lower() not in DOCUMENT_KEYS} <= NOT_CARRIERS.keys()


def test_every_property_named_like_a_principal_is_a_grant_or_has_a_reason(properties):
    like = {name for name in properties if LIKE_GRANT.search(name.lower())}
    known = PRINCIPAL_KEYS | ACCOUNT_KEYS | ORGANISATION_KEYS
    assert {name for name in like if name.lower() not in known} <= NOT_CARRIERS.keys()


def test_every_reason_is_of_a_property_that_the_provider_has(properties):
    assert properties >= NOT_CARRIERS.keys()


def resource(properties, kind="aws:tomorrow/thing:Thing"):
    return Resource(urn="urn:it", type=kind, name="it", properties=properties)


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"policy": json.dumps(DOCUMENT)}, "policy"),
        ({"policy": DOCUMENT}, "policy"),
        ({"anything": json.dumps(DOCUMENT)}, "anything"),
        ({"details": {"inner": [{"x": json.dumps(DOCUMENT)}]}}, "details.inner[0].x"),
        ({"desiredState": json.dumps({"Policy": DOCUMENT})}, "desiredState.Policy"),
        ({"desiredState": json.dumps({"Policy": json.dumps(DOCUMENT)})}, "desiredState.Policy"),
        ({"policy": "  " + json.dumps(DOCUMENT)}, "policy"),
        ({"policy": UNKNOWN}, "policy"),
        ({"details": {"policy": UNKNOWN}}, "details.policy"),
        ({"policy": "{"}, "policy"),
        ({"policy": json.dumps([{"Principal": ["*"], "Rules": []}])}, "policy"),
    ],
)
def test_a_document_is_found_wherever_it_stands(properties, path):
    assert [each.path for each in documents(resource(properties))] == [path]


@pytest.mark.parametrize(
    "properties",
    [
        {"redrivePolicy": UNKNOWN},
        {"tags": {"policy": UNKNOWN}},
        {"userData": "{ not JSON, with a Statement"},
        {"eventPattern": json.dumps({"detail": {"principal": ["*"]}})},
        {"policy": ""},
        {"policy": None},
    ],
)
def test_what_is_no_document_is_not_taken_for_one(properties):
    assert documents(resource(properties)) == []


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({"principal": "*"}, [("principal", "principal")]),
        (
            {"sharedAccounts": ["1", "2"]},
            [("account", "sharedAccounts[0]"), ("account", "sharedAccounts[1]")],
        ),
        ({"permissions": {"accountIds": "all"}}, [("account", "permissions.accountIds")]),
        ({"organizationArn": "arn"}, [("organisation", "organizationArn")]),
        ({"tags": {"principal": "*"}}, []),
        ({"policy": DOCUMENT}, []),
    ],
)
def test_a_grant_is_found_by_the_name_of_its_property(properties, found):
    assert [(each.kind, each.value.path) for each in grants(resource(properties))] == found
