"""reference/data/admission.json is what the components write: rules hold a plan's admission policies to it.

UPDATE_GOLDEN=1 writes it anew.
"""

import json
import os
from dataclasses import replace
from types import SimpleNamespace

import pytest

from components.notebooks.admission import notebook_policy
from components.notebooks.hub_values import Workspaces
from components.notebooks.server import NotebookServer
from components.platform.admission import NO_GRANTS, AdmissionArgs, make_policy, policies
from components.platform.admission_grants import Grants
from components.platform.admission_rules import JobChoices
from components.platform.keda import scope_policy
from components.platform.team_images import TeamImages
from paved.plan.planning import plan_program
from policies.admission_text import FILE, choices, digest_of, literals_of, own_policies

CHOSEN = "@"
"""In every text that a stack file chooses here, and in no other."""
GRANTED = Grants(platform="@platform", stacks={"@stack": {"@pool": "@taint"}, "@other": {"@pool": "@taint"}})


def policies_of(
    *, frameworks=("ray", "trainer"), dedicated_to=None, grants=NO_GRANTS, shared=("@shared",), closed=True
):
    images = TeamImages(account="@account", registry="@registry", shared=list(shared), closed=closed)
    args = AdmissionArgs(
        environment="@env",
        data_classes=["@class", "@other"],
        dedicated_to=dedicated_to,
        choices=JobChoices(priorities=["@high", "@low"], accelerators=["cpu", "@gpu"], images=images),
        frameworks=list(frameworks),
        labels={},
        grants=grants,
    )
    return policies(args)


VARIANTS = (
    *(
        policies_of(grants=grants, closed=closed)
        for grants in (NO_GRANTS, GRANTED)
        for closed in (True, False)
    ),
    policies_of(dedicated_to="@team"),
    [scope_policy()],
)
NOTEBOOKS = "paved-notebooks-"
"""The row of the policy of each team with notebooks, of the namespace that its name ends with."""
BASE = [each.name for each in policies_of(frameworks=())]


def expressions(policy):
    rules = [each.expression for each in policy.rules.rules]
    return [*policy.conditions.values(), *policy.rules.variables.values(), *rules]


def match_of(policy):
    """The targets of a policy as a plan has them."""
    plan = plan_program(
        lambda: make_policy("x", policy, {}, None), stack="a-prod", config={}, references={}.get
    )
    [made] = [each for each in plan.resources if each.type.endswith(":ValidatingAdmissionPolicy")]
    return made.inputs["spec"]["matchConstraints"]


def entry(policy, literals):
    def digest(expression):
        return digest_of(expression, literals)

    return {
        "conditions": {name: digest(text) for name, text in policy.conditions.items()},
        "variables": {name: digest(text) for name, text in policy.rules.variables.items()},
        "validations": sorted(digest(each.expression) for each in policy.rules.rules),
    }


SMALL = NotebookServer(name="small", cpu=2, memory_gib=8)
GPU = NotebookServer(name="gpu", cpu=8, memory_gib=32, gpus=1, pool="@pool", accelerator="@gpu")
SIZES = ((SMALL,), (GPU,), (SMALL, GPU))


def notebooks(servers=SIZES[-1]):
    """The policy of a team's notebooks, of some sizes."""
    team = Workspaces(
        stack="@stack",
        region="us-east-1",
        image="@image",
        secret_reader="arn",
        sign_in=SimpleNamespace(people={"@mail": "@person", "@other": "@person-too"}),
        servers=servers,
        idle_minutes=60,
        max_hours=12,
    )
    return replace(notebook_policy(team), name=NOTEBOOKS)


@pytest.fixture(scope="module")
def written():
    every = expressions(notebooks())
    for variant in VARIANTS:
        for policy in variant:
            every += expressions(policy)
    literals = frozenset(each for each in literals_of(every) if CHOSEN not in each)
    found = {}
    for variant in VARIANTS:
        for policy in variant:
            row = found.setdefault(policy.name, {"match": match_of(policy), "variants": []})
            if entry(policy, literals) not in row["variants"]:
                row["variants"].append(entry(policy, literals))
    found[NOTEBOOKS] = {"match": None, "variants": [entry(notebooks(each), literals) for each in SIZES]}
    for row in found.values():
        # Most of a policy is the same whatever a file chooses.
        row["validations"] = sorted(set.intersection(*[set(each["validations"]) for each in row["variants"]]))
        for each in row["variants"]:
            each["validations"] = sorted(set(each["validations"]) - set(row["validations"]))
    return {"literals": sorted(literals), "always": BASE, "policies": found}


def test_the_reference_is_what_the_components_write(written):
    if os.environ.get("UPDATE_GOLDEN"):
        FILE.write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        own_policies.cache_clear()
    assert own_policies() == written


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("k in ['a', 'b']", "k in ['a', 'b', 'c']"),
        ("k == 'a'", "k == 'b'"),
        ("k.size() <= 3600", "k.size() <= 99999"),
        ("all(p, p.x == 'a')", "all(p, p.x == 'a') || true"),
    ],
)
def test_a_changed_word_of_a_component_changes_the_digest(text, changed):
    literals = frozenset({"'a'", "'b'", "'c'"})
    assert digest_of(text, literals) != digest_of(changed, literals)


def test_what_a_file_chooses_does_not_change_the_digest():
    literals = frozenset({"'cpu'", "'label'"})
    one, other, none = "v['label'] in ['l4']", "v['label'] in ['cpu', 'h100', 't4']", "v['label'] in []"
    assert digest_of(one, literals) == digest_of(other, literals) == digest_of(none, literals)
    assert choices(other, literals) == {"h100", "t4"}
