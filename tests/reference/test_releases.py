import re
from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from components.charts import CHARTS
from reference.accelerators import NEURON_CLASSES
from reference.instances import instance_types
from reference.releases import release, releases


def test_an_unknown_release_is_refused():
    with pytest.raises(KeyError):
        release("2026.10")


def test_releases_come_oldest_first():
    names = [row.name for row in releases()]
    assert names == sorted(names)
    assert "2026.11" in names


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_a_release_pins_every_chart_and_no_other(row):
    assert sorted(row.charts) == sorted(chart.name for chart in CHARTS)


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_an_image_alias_is_pinned_to_a_day(row):
    family, _, version = row.ami_alias.partition("@v")
    assert family == "al2023"
    assert date.fromisoformat(version)


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_a_release_is_compiled_before_its_kubernetes_is_out_of_support(row):
    assert row.as_of < row.standard_support_ends < row.extended_support_ends


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_a_cluster_has_what_its_pods_cannot_do_without(row):
    assert {"coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni"} <= set(row.addons)


def test_a_release_cannot_be_changed():
    row = release("2026.11")
    with pytest.raises(FrozenInstanceError):
        row.kubernetes = "1.36"
    with pytest.raises(TypeError):
        row.charts["kueue"] = "0.20.0"


CUDA_SINCE = {
    "a100-40g": "11.0",
    "a100-80g": "11.0",
    "a10g": "11.1",
    "b200": "12.8",
    "b300": "12.9",
    "h100": "11.8",
    "h200": "11.8",
    "l4": "11.8",
    "l40s": "11.8",
    "rtx-pro-6000": "12.8",
    "t4": "10.0",
}
"""The first CUDA that has code for the GPUs of a class: an image with an older one does not run on them. CUDA toolkit
release notes, "compute capability", read on 2026-11-30; that of B300 from memory."""


def runs_on(cuda, accelerator):
    """Whether a CUDA version has code for a class of GPUs."""
    return _version(cuda) >= _version(CUDA_SINCE[accelerator])


def _version(text):
    return tuple(int(part) for part in text.split("."))


def gpu_classes():
    return sorted({each.accelerator for each in instance_types().values() if each.gpus} - {*NEURON_CLASSES})


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_an_image_for_gpus_has_code_for_every_generation(row):
    images = [image for image in row.images.values() if image.cuda]
    assert images
    assert all(runs_on(image.cuda, accelerator) for image in images for accelerator in gpu_classes())


def test_the_triton_that_the_chart_names_has_no_code_for_blackwell():
    assert [name for name in gpu_classes() if not runs_on("12.1", name)] == [
        "b200",
        "b300",
        "rtx-pro-6000",
    ]


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_an_image_is_pinned_to_a_digest_or_says_why_not(row):
    for image in row.images.values():
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", image.digest or "") or "no digest" in image.source
        assert image.tag != "latest"


def test_a_pin_holds_the_digest_where_there_is_one():
    pins = {name: image.pin for name, image in release("2026.11").images.items()}
    assert pins["mlserver"] == "1.7.1"
    assert pins["tritonserver"].startswith("26.06-py3@sha256:a40838bb")
