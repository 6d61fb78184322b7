"""Buckets, keys, registries and file systems that keep less, hide less or let in more."""

from dataclasses import replace

from tests.policies.widening.model import Widening, addition, claims_of, firsts, made, rows, shown, tables

BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
TABLES = tables("stores")
"""Changes of stores of a plan, and what lets in others beside them."""


def widenings(stack):
    yield from rows(stack, TABLES["rows"])
    if stack.of("pulumi:providers:aws"):
        for row in TABLES["opened"]:
            short = row["kind"].removeprefix("aws:").partition(":")[0]
            found = made(stack, row["kind"], row["properties"])
            yield addition(f"{short} lets in or sends to others", claims_of(row, stack), found)
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
