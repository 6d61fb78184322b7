"""The planned resources as an account has them: each looked up once, and known by every name it has there."""

from collections.abc import Mapping

from paved.audit.expectation import Expected
from paved.aws.reading.account import AccountReader, LookupFailure, NotSimulated
from paved.aws.reading.facts import Found, Reference
from paved.aws.reading.lookup import Lookup, TargetAccount, UnknownName
from paved.plan.model import Plan

VALIDATED = "resources that it validates and does not make"


class ResourceFinder:
    """Finds the expected resources. `validated` are URNs that a simulator has accepted and does not hold."""

    def __init__(
        self,
        plan: Plan,
        target: TargetAccount,
        account: AccountReader,
        expected: Mapping[str, Expected],
        validated: frozenset[str] = frozenset(),
    ):
        self._plan, self._target, self._account = plan, target, account
        self._expected, self._validated = expected, validated
        self._results: dict[str, Found | LookupFailure] = {}

    def find(self, urn: str) -> Found:
        """A planned resource in the account. Raises LookupFailure as its reader did."""
        if urn not in self._results:
            self._results[urn] = self._read(urn)
        result = self._results[urn]
        if isinstance(result, Exception):
            raise result
        return result

    def found_names(self) -> frozenset[str]:
        """Every name of every resource that was found."""
        names: set[str] = set()
        for result in self._results.values():
            if isinstance(result, Found):
                names |= set(result.names)
        return frozenset(names)

    def names_of(self, value: Reference | str) -> frozenset[str] | None:
        """Every name of the resources that a value refers to, or of a KMS key; None where they are not known."""
        if isinstance(value, str):
            return self._key_names(value)
        names: set[str] = set()
        for urn in value.urns:
            try:
                names |= set(self.find(urn).names)
            except LookupFailure:
                return None
        return frozenset(names)

    def _read(self, urn: str) -> Found | LookupFailure:
        if urn in self._validated:
            return NotSimulated(VALIDATED)
        if urn not in self._expected:
            return UnknownName("its type is not covered")
        expected = self._expected[urn]
        lookup = Lookup(
            resource=expected.resource,
            region=expected.region,
            tags=expected.tags,
            plan=self._plan,
            target=self._target,
            account=self._account,
            find=self.find,
        )
        try:
            return expected.audited_type.read(lookup)
        except LookupFailure as failure:
            return failure

    def _key_names(self, name: str) -> frozenset[str]:
        """The names of a key by its id, ARN or alias; the given name alone where the key cannot be described."""
        if ":kms:" not in name:
            return frozenset({name})
        try:
            answer = self._account.ask("kms.DescribeKey", name.split(":")[3], KeyId=name)
        except LookupFailure:
            return frozenset({name})
        key = answer["KeyMetadata"]
        return frozenset({name, key["KeyId"], key["Arn"]})
