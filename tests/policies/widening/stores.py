"""Buckets, keys, registries and file systems that keep less, hide less or let in more."""

from dataclasses import replace

from tests.policies.widening.model import Widening, addition, firsts, made, rows, shown, tables

BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
TABLES = tables("stores")
"""Changes of stores of a plan, and what lets in others beside them."""
OF_KEYS = (
    "aws:kms/grant:Grant",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
)
OF_TEAMS = ("aws:s3/bucketPolicy:BucketPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy")


def widenings(stack):
    yield from rows(stack, TABLES["rows"])
    if stack.of("pulumi:providers:aws"):
        for kind, properties in TABLES["opened"].items():
            claims = ("ID-12", "EN-04") if kind in OF_KEYS else ("ID-12",)
            claims = ("ID-12", "ID-10") if kind in OF_TEAMS and stack.context.kind == "team" else claims
            short = kind.removeprefix("aws:").partition(":")[0]
            yield addition(f"{short} lets in or sends to others", claims, made(stack, kind, properties))
        yield from elsewhere(stack)
    for kind in (BUCKET, KEY, LUSTRE, "aws:eks/cluster:Cluster", "aws:backup/vault:Vault"):
        for each in firsts(stack, kind):
            if each.protect:
                yield unprotected(each)


def unprotected(subject):
    return Widening(
        name=f"{shown(subject)} is not protected",
        claims=("DR-04",),
        changed={subject.urn: replace(subject, protect=False)},
    )


def elsewhere(stack):
    """What rests or goes where the residency does not say."""
    for kind, properties in TABLES["elsewhere"].items():
        short = kind.removeprefix("aws:").partition(":")[0]
        yield addition(f"{short} is in Sydney", ("ML-07",), made(stack, kind, properties))
