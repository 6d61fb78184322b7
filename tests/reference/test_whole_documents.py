"""The table of whole documents is of types and properties that the provider's SDK has."""

import inspect
from functools import cache
from importlib import import_module

import pulumi_aws
import pytest

from reference.whole_documents import named_things, whole_documents

WRITERS = [(document, writer) for document in whole_documents() for writer in document.writers]


@cache
def inputs(type):
    """The inputs of a type as the engine calls them."""
    package, module, name = type.split(":")
    assert package == "aws"
    folder = module.partition("/")[0]
    found = getattr(import_module(f"pulumi_aws.{'lambda_' if folder == 'lambda' else folder}"), name)
    assert found.pulumi_type == type
    return {camel(each) for each in inspect.signature(found._internal_init).parameters}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(each.capitalize() for each in rest)


@pytest.mark.parametrize(
    ("document", "writer"), WRITERS, ids=lambda value: getattr(value, "type", None) or value.name
)
def test_a_writer_is_a_type_of_the_provider_with_these_properties(document, writer):
    known = inputs(writer.type)
    for path in (writer.key, writer.given, *writer.where):
        assert path is None or path.partition(".")[0] in known


@pytest.mark.parametrize(("type", "key"), named_things().items())
def test_a_thing_is_called_by_a_property_that_it_has(type, key):
    assert key in inputs(type)


def test_what_a_document_is_of_is_a_type_of_the_provider():
    for document in whole_documents():
        assert document.of is None or inputs(document.of)


def test_a_document_of_an_account_is_of_no_thing():
    for document, writer in WRITERS:
        assert document.per == "thing" or document.of is None
        # Where there is one in an account a resource cannot be what its document is of.
        assert document.per == "thing" or writer.given is None


def test_every_document_has_somebody_who_writes_the_whole():
    assert pulumi_aws
    assert all(any(writer.whole for writer in document.writers) for document in whole_documents())
