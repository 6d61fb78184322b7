"""The pool of a template has types that the foundation's zones offer, and EFA where nodes talk."""

import pytest

from paved.errors import BadInput
from paved.onboard.pool import pool_choice, usual_gpus
from paved.onboard.template import template_called

ZONES = ("use1-az2", "use1-az4", "use1-az6")


def chosen(template, accelerator, gpus, zones=ZONES):
    return pool_choice(template_called(template), accelerator, gpus, "us-east-1", zones)


def test_nodes_that_talk_are_of_one_type_in_a_zone_that_offers_it():
    found = chosen("train-on-trainium", "trainium1", 32)
    assert found.instance_types == ("trn1.32xlarge",)
    # The first zone of the foundation does not offer it.
    assert found.zone == "use1-az4"


def test_a_spot_pool_has_several_sizes_and_none_that_is_too_large():
    assert chosen("train-vision-spot", "l4", 8).instance_types == ("g6.2xlarge", "g6.4xlarge", "g6.12xlarge")
    assert chosen("train-vision-spot", "l4", 2).instance_types == ("g6.2xlarge", "g6.4xlarge")


def test_a_class_of_other_sizes_gets_its_smallest():
    assert chosen("train-vision-spot", "h100", 8).instance_types == ("p5.4xlarge",)


def test_nodes_that_talk_begin_with_two():
    assert usual_gpus(template_called("fine-tune-llm"), "h100", "us-east-1", ZONES) == 16


@pytest.mark.parametrize(
    ("template", "accelerator", "gpus", "says"),
    [
        ("fine-tune-llm", "t100", 8, "must be `a100-40g`"),
        ("fine-tune-llm", "inferentia2", 8, "no type of `inferentia2` with EFA"),
        ("fine-tune-llm", "a100-80g", 4, "of at most 4 GPUs"),
    ],
)
def test_a_class_that_is_not_to_be_had_is_told(template, accelerator, gpus, says):
    with pytest.raises(BadInput, match=says):
        chosen(template, accelerator, gpus)


@pytest.mark.parametrize(
    ("region", "zones", "says"),
    [
        ("eu-west-1", ("euw1-az1", "euw1-az2"), "of `train-vision-spot` it has `a10g` or `t4`: take another"),
        ("ap-southeast-4", ("apse4-az1",), "`paved regions ap-southeast-4` says what it has: take another"),
    ],
)
def test_a_class_that_a_region_lacks_is_told_with_those_that_it_has(region, zones, says):
    with pytest.raises(BadInput) as refused:
        pool_choice(template_called("train-vision-spot"), "b300", 8, region, zones)
    assert says in str(refused.value)
