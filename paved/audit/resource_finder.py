"""The planned resources as an account has them: each looked for once, and known by every name it goes by."""

from collections.abc import Mapping

from paved.audit.expectation import Expected
from paved.aws.reading.account import AccountReader, Denied, NotFound, NotHeld
from paved.aws.reading.facts import Found, Reference
from paved.aws.reading.lookup import Lookup, TargetAccount, UnknownName
from paved.plan.model import Plan

Said = NotFound | Denied | NotHeld | UnknownName
SAID = (NotFound, Denied, NotHeld, UnknownName)
WHOLE = "resources that it validates and does not make"


class Live:
    """Finds what is expected. `validated` are URNs that a simulator has accepted and does not hold."""

    def __init__(
        self,
        plan: Plan,
        place: TargetAccount,
        account: AccountReader,
        expected: Mapping[str, Expected],
        validated: frozenset[str] = frozenset(),
    ):
        self._plan, self._place, self._account = plan, place, account
        self._expected, self._validated = expected, validated
        self._found: dict[str, Found | Said] = {}

    def found(self, urn: str) -> Found:
        """A planned resource in the account. Raises NotFound, Denied, NotHeld or UnknownName, as its reader did."""
        if urn not in self._found:
            self._found[urn] = self._read(urn)
        answer = self._found[urn]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def names(self) -> frozenset[str]:
        """Every name of everything that was found."""
        made = [each for each in self._found.values() if isinstance(each, Found)]
        return frozenset(name for each in made for name in each.names)

    def of(self, value: Reference | str) -> frozenset[str] | None:
        """Every name of what is referred to, or of a KMS key; None where they are not known."""
        if isinstance(value, str):
            return self._key(value)
        names: set[str] = set()
        for urn in value.urns:
            try:
                names |= set(self.found(urn).names)
            except SAID:
                return None
        return frozenset(names)

    def _read(self, urn: str) -> Found | Said:
        if urn in self._validated:
            return NotHeld(WHOLE)
        if urn not in self._expected:
            return UnknownName("its type is not covered")
        expected = self._expected[urn]
        sought = Lookup(
            expected=expected, plan=self._plan, place=self._place, asked=self._account, live=self.found
        )
        try:
            return expected.subject.read(sought)
        except SAID as said:
            return said

    def _key(self, name: str) -> frozenset[str]:
        """A key by id, ARN or alias; of one that cannot be asked about, what it was called."""
        if ":kms:" not in name:
            return frozenset({name})
        try:
            made = self._account.ask("kms.DescribeKey", name.split(":")[3], KeyId=name)["KeyMetadata"]
        except (NotFound, Denied, NotHeld):
            return frozenset({name})
        return frozenset({name, made["KeyId"], made["Arn"]})
