"""The rules as policies of Pulumi's engine: its types go in as plain data, findings come out as violations."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyProviderResource,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as EngineSeverity
from pulumi_policy.proxy import UnknownValueError

from policies.context import Context
from policies.evaluation import Finding, binds, evaluate, evaluate_rule
from policies.exceptions import EXCEPTION_RULES, FAILED, apply_exceptions
from policies.registry import RULES
from policies.resources import JudgedStack, Resource, is_about
from policies.rule import Level, Rule
from policies.settings import FILE, PolicyFile, read_policy_file
from reference.vocabulary import AS_OF_VARIABLE, UNKNOWN

UNDETERMINED = "undetermined"


class Pack:
    """The policies of one folder of stack files."""

    def __init__(self, stacks: Path):
        """Read `policy.yaml`. Raises PolicyFileError for a mistake in it."""
        self._stacks = stacks
        self._file: PolicyFile = read_policy_file(stacks / FILE)
        self._context = lru_cache(maxsize=None)(self._read_context)

    def policies(self) -> list[Policy]:
        """Every rule at each level that it can have, and one for whatever is undetermined before `up`.

        The level of a policy is fixed before the engine names the stack: a rule that is advisory in dev becomes
        two policies, of which one has nothing to say.
        """
        policies: list[Policy] = []
        for rule in RULES:
            if rule.check:
                policies += self._policies_of(rule)
        return [*policies, self._undetermined()]

    def _policies_of(self, rule: Rule) -> Iterator[Policy]:
        levels = {rule.enforcement.level(name) for name in ("dev", "staging", "prod")}
        if rule.advises:
            levels.add(Level.ADVISORY)
        if rule.id in self._file.settings.mandatory:
            levels.add(Level.MANDATORY)
        for level in sorted(levels, key=lambda each: each.value):
            # Each policy has a name of its own: the SDK takes two of one name as they come.
            twin = level is Level.ADVISORY and Level.MANDATORY in levels
            name = f"{rule.id}-{rule.name}".lower() + ("-advice" if twin else "")
            # The engine asks a resource policy before it makes the resource, and a stack policy at the end of all.
            if rule.scope == "resource":
                yield ResourceValidationPolicy(
                    validate=self._on_resource(rule, level), **_described(rule, name, level)
                )
            else:
                yield StackValidationPolicy(
                    validate=self._on_stack(rule, level), **_described(rule, name, level)
                )

    def _on_resource(
        self, rule: Rule, level: Level
    ) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            # First, since reading the properties of every resource for every rule is most of what a preview waits for.
            if not is_about(rule.kinds, args.resource_type):
                return
            subject = as_resource(args)
            stack = self._stack([subject, *_provider(args.provider)])
            if binds(rule, stack):
                self._report(evaluate_rule(rule, subject, stack).broken, level, stack, report)

        return validate

    def _on_stack(self, rule: Rule, level: Level) -> Callable[[StackValidationArgs, ReportViolation], None]:
        is_of_exceptions = rule.id in (*EXCEPTION_RULES, FAILED)

        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            if is_of_exceptions or any(is_about(rule.kinds, each.resource_type) for each in args.resources):
                stack = self._stack(_resources(args))
                self._report(self._findings(rule, stack), level, stack, report)

        return validate

    def _findings(self, rule: Rule, stack: JudgedStack) -> list[Finding]:
        if rule.id in (*EXCEPTION_RULES, FAILED):
            has_any = any(each.stack == stack.context.stack for each in self._file.exceptions)
            if rule.id != FAILED and not has_any:
                return []
            # Whether an exception is used shows only once every other rule has been evaluated.
            whole = evaluate(stack, RULES, self._file.exceptions)
            return [finding for finding in whole.findings if finding.rule == rule.id]
        found: list[Finding] = []
        if binds(rule, stack):
            for subject in stack.of(*rule.kinds):
                found += evaluate_rule(rule, subject, stack).broken
        return found

    def _undetermined(self) -> Policy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            stack = self._stack(_resources(args))
            for finding in evaluate(stack, RULES, self._file.exceptions).undetermined:
                report(f"{finding.rule} {finding.resource}: {finding.message}", finding.urn)

        return StackValidationPolicy(
            name=UNDETERMINED,
            description="What no rule can tell before `up`: counted, never passed.",
            validate=validate,
            enforcement_level=EnforcementLevel.ADVISORY,
        )

    def _report(
        self, found: Sequence[Finding], level: Level, stack: JudgedStack, report: ReportViolation
    ) -> None:
        excepted, _ = apply_exceptions(found, (), self._file.exceptions, stack)
        for finding in found:
            if finding.level is level and finding not in excepted:
                # A finding about an exception has the stack's name in place of a URN.
                urn = finding.urn if finding.urn.startswith("urn:") else None
                # A rule that failed is told before the resource is made, by the policy of that rule.
                rule = f"{FAILED} " if finding.rule == FAILED else ""
                report(f"{rule}{finding.resource}: {finding.message}", urn)

    def _stack(self, resources: Sequence[Resource]) -> JudgedStack:
        # The engine tells a pack neither the stack's name nor its config: the name is in every URN.
        name = resources[0].urn.split("::")[0].rpartition(":")[2] if resources else ""
        return JudgedStack(resources, self._context(name), self._file.settings)

    def _read_context(self, stack: str) -> Context:
        """The context by the stack's file; without a file nothing is known, and rules are at their strictest."""
        config = self._config(stack)
        bases: dict[str, Mapping[str, Any]] = {}
        for name in (config.get("paved:platform"), config.get("paved:foundation")):
            if name:
                bases[name] = self._config(name)
        # A team names its platform alone, and the platform the foundation below it.
        foundations = {base["paved:foundation"] for base in bases.values() if "paved:foundation" in base}
        for name in foundations:
            bases[name] = self._config(name)
        return Context.of(stack, config, _as_of(), bases)

    def _config(self, stack: str) -> Mapping[str, Any]:
        path = self._stacks / f"Pulumi.{stack}.yaml"
        data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        found: Mapping[str, Any] = data.get("config", {})
        return found


def _as_of() -> date:
    given = os.environ.get(AS_OF_VARIABLE)
    return date.fromisoformat(given) if given else datetime.now(UTC).date()


def as_resource(args: ResourceValidationArgs | PolicyResource) -> Resource:
    """A resource of the SDK as the rules see it."""
    # Arguments of a resource policy have no dependencies; those of a stack policy do.
    dependencies = getattr(args, "property_dependencies", {})
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        properties=plain_properties(args.props),
        provider=args.provider.urn if args.provider else None,
        protect=args.opts.protect,
        depends_on=_urns(getattr(args, "dependencies", ())),
        property_dependencies={key: _urns(found) for key, found in dependencies.items()},
    )


def _urns(resources: Sequence[PolicyResource]) -> tuple[str, ...]:
    return tuple(sorted(each.urn for each in resources))


def _resources(args: StackValidationArgs) -> list[Resource]:
    """Every resource of a stack; the engine may name a provider beside a resource alone."""
    found = {each.urn: as_resource(each) for each in args.resources}
    for each in args.resources:
        for provider in _provider(each.provider):
            found.setdefault(provider.urn, provider)
    return list(found.values())


def _provider(given: PolicyProviderResource | None) -> list[Resource]:
    if given is None:
        return []
    properties = plain_properties(given.props)
    return [Resource(urn=given.urn, type=given.resource_type, name=given.name, properties=properties)]


def plain_properties(props: Mapping[str, Any]) -> dict[str, Any]:
    """The SDK's proxies as plain Python: unknowns as UNKNOWN, whole floats as int.

    Reading an unknown through a proxy raises and would end the rule for every resource; the keys of a proxy never do.
    """
    return {key: _read(props, key) for key in props}


def _read(container: Any, key: Any) -> Any:
    try:
        value = container[key]
    except UnknownValueError:
        return UNKNOWN
    # A proxy is a Mapping or a Sequence and no dict or list: a rule that asks for those never fires in the engine.
    if isinstance(value, Mapping):
        return plain_properties(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_read(value, index) for index in range(len(value))]
    # On the wire every number is a float, and a message must not say `30.0`.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _described(rule: Rule, name: str, level: Level) -> dict[str, Any]:
    return {
        "name": name,
        "description": f"{rule.id} {rule.title}.",
        "enforcement_level": EnforcementLevel[level.name],
        "severity": EngineSeverity[rule.severity.name],
        "framework": PolicyComplianceFramework(name="Paved", reference=", ".join(rule.controls) or None),
        "remediation_steps": rule.fix,
        "tags": [rule.owner],
    }
