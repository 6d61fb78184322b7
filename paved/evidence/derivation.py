"""Derivation anew: the files of a bundle that follow from others of it are made again, and compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from paved.errors import PavedError, Refused
from paved.evidence.bundle import CONFIG, DERIVED, PLAN, TOOLS, derived_files
from paved.evidence.evaluation import EvaluatedPlan, evaluated_plan
from paved.evidence.sealed_folder import SealedFolder
from paved.evidence.sources import FOLDER, SourceTexts
from paved.evidence.tools import other_tools, tool_versions
from paved.plan.model import Plan
from paved.plan.plan_json import plan_from_json
from stacks.reading.problems import ConfigError

SAMPLE = 60


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """The differences between a bundle and what this checkout makes of its texts, in sentences.

    `tools` are those that differ from the bundle's. `evaluated` is None where nothing could be made.
    """

    differences: tuple[str, ...]
    tools: tuple[str, ...]
    evaluated: EvaluatedPlan | None

    @property
    def is_same(self) -> bool:
        """Whether everything that can follow does."""
        return not self.differences

    @property
    def is_refuted(self) -> bool:
        """Whether something does not follow by the very tools that are said to have made it."""
        return bool(self.differences) and not self.tools


def derivation(sealed: SealedFolder) -> Derivation:
    """Make the files of a bundle anew from its stack files and its policy file.

    Raises Refused for a bundle whose parts cannot be read.
    """
    sources, tools = _sources(sealed), tuple(other_tools(_tools(sealed), tool_versions()))
    try:
        evaluated = evaluated_plan(sources)
        differences = list(_plan_difference(sealed, evaluated))
        if differences and tools:
            # Another program may plan otherwise; the verdicts can still be those on the plan that is there.
            evaluated = _judged(sources, _plan(sealed))
        differences += _differences(sealed, evaluated)
    except ConfigError as error:
        return _nothing(error.problems[0].message, tools)
    except PavedError as error:
        return _nothing(str(error), tools)
    return Derivation(differences=tuple(differences), tools=tools, evaluated=evaluated)


def _nothing(why: str, tools: tuple[str, ...]) -> Derivation:
    says = f"the bundle's stack files give no evidence: {why}"
    return Derivation(differences=(says,), tools=tools, evaluated=None)


def _judged(sources: SourceTexts, plan: Plan) -> EvaluatedPlan:
    try:
        return evaluated_plan(sources, plan)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        # No program planned it, perhaps: it may hold anything.
        raise Refused(f"`{PLAN}` cannot be judged: {type(error).__name__}") from None


def _sources(sealed: SealedFolder) -> SourceTexts:
    texts = {
        name.removeprefix(FOLDER): data.decode("utf-8", "replace")
        for name, data in sealed.files.items()
        if name.startswith(FOLDER)
    }
    return SourceTexts(stack=sealed.stack, as_of=as_of(sealed), texts=texts)


def as_of(sealed: SealedFolder) -> date:
    """The day that a bundle is of. Raises Refused where it tells none."""
    try:
        return date.fromisoformat(sealed.data(CONFIG)["as_of"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(f"`{CONFIG}` tells no day: it was changed") from None


def _tools(sealed: SealedFolder) -> Mapping[str, str]:
    found: Any = sealed.data(TOOLS)
    if not isinstance(found, dict):
        raise Refused(f"`{TOOLS}` names no tools: it was changed")
    return found


def _plan(sealed: SealedFolder) -> Plan:
    try:
        return plan_from_json(sealed.data(PLAN))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(f"`{PLAN}` holds no plan: it was changed") from None


def _plan_difference(sealed: SealedFolder, evaluated: EvaluatedPlan) -> Iterator[str]:
    if derived_files(evaluated)[PLAN].encode() == sealed.files[PLAN]:
        return
    stated, made = _plan(sealed), evaluated.plan
    gone = sorted(made.by_urn.keys() - stated.by_urn.keys())
    more = sorted(stated.by_urn.keys() - made.by_urn.keys())
    changed = [
        urn
        for urn in sorted(made.by_urn.keys() & stated.by_urn.keys())
        if made.by_urn[urn].as_json() != stated.by_urn[urn].as_json()
    ]
    parts = [
        f"{len(urns)} resources {says} ({_name(urns[0])} …)"
        for urns, says in ((gone, "are gone"), (more, "are more"), (changed, "are others"))
        if urns
    ]
    yield f"`{PLAN}` does not follow from {DERIVED[PLAN]}: {', '.join(parts) or 'its outputs are others'}"


def _name(urn: str) -> str:
    return urn.rpartition("::")[2][:SAMPLE]


def _differences(sealed: SealedFolder, evaluated: EvaluatedPlan) -> Iterator[str]:
    for name, text in derived_files(evaluated).items():
        if name != PLAN and text.encode() != sealed.files[name]:
            yield f"`{name}` does not follow from {DERIVED[name]}"
