"""Rules whose record nothing writes yet: listed, counted, never passed."""

from policies.rule import BEYOND_DEV, EVERYWHERE, Enforcement, Rule, Severity

RELEASE_RECORD = "no release record is written yet"
MODEL_RECORD = "no record of a model version is written yet"


def _pending(
    id: str,
    name: str,
    title: str,
    why: str,
    record: str,
    enforcement: Enforcement,
    owner: str,
    controls: tuple[str, ...] = (),
    severity: Severity = Severity.HIGH,
) -> Rule:
    return Rule(
        id=id,
        name=name,
        title=title,
        why=why,
        fix="Nothing can be done until the record exists.",
        severity=severity,
        enforcement=enforcement,
        owner=owner,
        controls=controls,
        scope="stack",
        pending=record,
    )


_DATA = (
    _pending(
        "DR-03",
        "replication",
        "A tier 1 registry is replicated to another region of its residency",
        "A region is lost rarely, and for days.",
        "no registry can ask for a replica yet",
        BEYOND_DEV,
        "platform",
        ("CKV_AWS_144", "FSBP S3.7", "CP-6"),
    ),
    _pending(
        "DR-09",
        "restore-drill",
        "A tier 1 service declares its recovery times, and a drill has met them",
        "An untried restore is a hope.",
        "no record of a restore drill is written yet",
        BEYOND_DEV,
        "platform",
        ("CP-10", "CP-2"),
    ),
)
_GOVERNANCE = (
    _pending(
        "ML-01",
        "model-card",
        "A served model has a card, and it is that model's",
        "Whoever answers for a decision must be able to say what made it.",
        MODEL_RECORD,
        BEYOND_DEV,
        "ml-governance",
        ("MEASURE 2.9", "MAP 2.2", "AISF-ML-04"),
    ),
    _pending(
        "ML-05",
        "evaluation-evidence",
        "A released model was evaluated: this digest, on that data, not long ago",
        "A good evaluation of yesterday's model says nothing.",
        RELEASE_RECORD,
        BEYOND_DEV,
        "ml-governance",
        ("MEASURE 2.1", "MEASURE 2.3", "MANAGE 1.1", "AISF-MODEL-01"),
    ),
    _pending(
        "ML-06",
        "independent-approval",
        "Somebody else than the author approved, after the last change",
        "Two people see what one does not.",
        RELEASE_RECORD,
        BEYOND_DEV,
        "ml-governance",
        ("MEASURE 1.3", "GOVERN 2.1"),
    ),
    _pending(
        "ML-08",
        "third-party-provenance",
        "A base model or dataset of others has a source, a licence and a hash",
        "A licence is broken by shipping, not by reading.",
        MODEL_RECORD,
        BEYOND_DEV,
        "ml-governance",
        ("GOVERN 6.1", "MAP 4.1", "MANAGE 3.2"),
    ),
    _pending(
        "ML-09",
        "monitoring",
        "A production model has drift and quality monitors, and a route for them",
        "A model decays without an error.",
        "a file may ask for monitors (`serving.endpoints[].monitors`), and no rule asks for them yet",
        EVERYWHERE,
        "ml-governance",
        ("MEASURE 2.4", "MANAGE 4.1", "AISF-ML-05"),
    ),
    _pending(
        "ML-10",
        "kill-switch",
        "A model can be switched off and put back, and it was tried",
        "The first use of a rollback must not be the emergency.",
        RELEASE_RECORD,
        EVERYWHERE,
        "ml-governance",
        ("MANAGE 2.4", "GOVERN 1.7"),
    ),
)
_RELEASE = (
    _pending(
        "RE-08",
        "release-gate",
        "A tier 1 release waits while its error budget is spent or its drift open",
        "The change most likely to break a service is the next one.",
        RELEASE_RECORD,
        BEYOND_DEV,
        "platform",
        ("MANAGE 1.1", "CM-3"),
    ),
)

RULES = _DATA + _GOVERNANCE + _RELEASE
