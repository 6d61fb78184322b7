"""From the provider's spelling to the API's."""

from botocore.model import ShapeResolver

from paved.aws.creating.inputs import Inputs
from paved.aws.creating.request import pairs, request_members

SHAPES = {
    "Request": {
        "type": "structure",
        "members": {
            "SubnetIds": {"shape": "Texts"},
            "KMSKeyID": {"shape": "Text"},
            "Encrypted": {"shape": "Flag"},
            "Size": {"shape": "Number"},
            "Ratio": {"shape": "Ratio"},
            "Amount": {"shape": "Text"},
            "Disks": {"shape": "Disks"},
            "Disk": {"shape": "Disk"},
            "Labels": {"shape": "Labels"},
            "Specification": {"shape": "Specification"},
            "Tags": {"shape": "Pairs"},
            "Numbers": {"shape": "Numbers"},
        },
    },
    "Text": {"type": "string"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Flag": {"type": "boolean"},
    "Number": {"type": "integer"},
    "Numbers": {"type": "list", "member": {"shape": "Number"}},
    "Ratio": {"type": "double"},
    "Disk": {"type": "structure", "members": {"Size": {"shape": "Number"}, "Groups": {"shape": "Texts"}}},
    "Disks": {"type": "list", "member": {"shape": "Disk"}},
    "Labels": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
    "Specification": {"type": "structure", "members": {"Tags": {"shape": "Pairs"}}},
    "Pair": {"type": "structure", "members": {"Key": {"shape": "Text"}, "Value": {"shape": "Text"}}},
    "Pairs": {"type": "list", "member": {"shape": "Pair"}},
}
REQUEST = ShapeResolver(SHAPES).get_shape_by_name("Request")


def fit(values, renamed=None):
    inputs = Inputs(values)
    return request_members(inputs, REQUEST, renamed), list(inputs.unmapped())


def test_names_are_matched_whatever_their_case():
    assert fit({"subnetIds": ["a"], "kmsKeyId": "k"}) == ({"SubnetIds": ["a"], "KMSKeyID": "k"}, [])


def test_what_the_api_has_no_member_for_stays_unmapped():
    assert fit({"colour": "red", "disk": {"size": 1, "colour": "red"}}) == (
        {"Disk": {"Size": 1}},
        ["colour", "disk.colour"],
    )


def test_text_becomes_the_type_of_the_model():
    request, _ = fit({"encrypted": "true", "size": "12", "ratio": 1, "amount": 5, "numbers": ["1", 2]})
    assert request == {"Encrypted": True, "Size": 12, "Ratio": 1.0, "Amount": "5", "Numbers": [1, 2]}
    assert isinstance(request["Ratio"], float)


def test_a_value_of_another_type_is_left_for_the_check():
    assert fit({"encrypted": "yes", "size": "many", "disk": "big"})[0] == {
        "Encrypted": "yes",
        "Size": "many",
        "Disk": "big",
    }


def test_a_single_block_fits_a_list_of_one():
    assert fit({"disks": {"size": "3"}}) == ({"Disks": [{"Size": 3}]}, [])
    assert fit({"disks": [{"size": 3}, {"size": 4}]}) == ({"Disks": [{"Size": 3}, {"Size": 4}]}, [])


def test_a_map_fits_a_map_and_a_list_of_pairs():
    request, unmapped = fit({"labels": {"b": "2", "a": "1"}, "specification": {"tags": {"b": "2", "a": "1"}}})
    assert request["Labels"] == {"a": "1", "b": "2"}
    assert request["Specification"]["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert not unmapped


def test_a_rename_holds_for_its_place_alone():
    values = {"disk": {"securityGroups": ["a"]}, "disks": [{"securityGroups": ["b"]}]}
    request, unmapped = fit(values, {"disk.securityGroups": "Groups"})
    assert request == {"Disk": {"Groups": ["a"]}, "Disks": [{}]}
    assert unmapped == ["disks[0].securityGroups"]


def test_an_input_renamed_to_nothing_is_left_to_the_creator():
    assert fit({"size": 1}, {"size": None}) == ({}, ["size"])


def test_the_tags_of_a_resource_are_left_to_the_merge_with_default_tags():
    assert fit({"tags": {"a": "1"}}) == ({}, ["tags.a"])


def test_pairs_are_sorted_and_named_as_asked():
    assert pairs({"b": "2", "a": "1"}, "TagKey", "TagValue") == [
        {"TagKey": "a", "TagValue": "1"},
        {"TagKey": "b", "TagValue": "2"},
    ]
