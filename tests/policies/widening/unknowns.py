"""Properties that are not known before `up`: where a rule asks for one, what it cannot see is never a pass."""

import json
from pathlib import Path

from policies.resources import EVERY_KIND
from reference.vocabulary import UNKNOWN
from tests.policies.weakening import assigned, at, paths, shown
from tests.policies.widening.model import change

MUTATIONS = json.loads(
    (Path(__file__).parents[2] / "golden/policies/mutations.json").read_text(encoding="utf-8")
)
"""What a rule says of a property that is deleted: it asks for it, then."""


def widenings(stack):
    known = MUTATIONS.get(stack.context.stack, {})
    seen = set()
    for subject in stack.of(*EVERY_KIND):
        if subject.kind not in seen:
            seen.add(subject.kind)
            for path in paths(subject.properties):
                rules = known.get(f"{subject.kind} {shown(path)}")
                if rules and at(subject.properties, path) is not UNKNOWN:
                    unknown = assigned(subject.properties, path, UNKNOWN)
                    yield change(subject, f"{shown(path)} is unknown", rules, unknown)
