"""The sample of training on Neuron devices."""

import ast
import sys
from importlib.resources import files

import kubernetes_validate
import pytest

CLAIMED = {"boto3", "torch", "torch_xla"}
"""What the guide says that the image has to hold."""


def node(job):
    """The one container of an indexed Job."""
    [found] = job["spec"]["template"]["spec"]["containers"]
    return found


def test_the_samples_of_a_pool_of_trainium(on_neuron, golden):
    found = on_neuron("trn1.32xlarge", 32, efa=True)
    jobs = {name: manifests[1:] or manifests for name, manifests in found.manifests.items()}
    golden("samples/trainium.yaml", found.text({"jobs": jobs}))


@pytest.mark.parametrize(
    ("kind", "devices", "cores"),
    [("trn1.2xlarge", 1, 2), ("trn1.32xlarge", 16, 32), ("trn2.48xlarge", 16, 64)],
)
def test_each_core_of_a_node_has_a_process(on_neuron, kind, devices, cores):
    train_job = on_neuron(kind, devices).jobs()["samples/train-neuron-trn.yaml"]
    trainer = train_job["spec"]["trainer"]
    assert trainer["numProcPerNode"] == cores
    job = on_neuron(kind, devices, frameworks=()).jobs()["samples/train-neuron-trn.yaml"]
    assert f"--nproc-per-node={cores}" in node(job)["command"]
    for resources in (trainer["resourcesPerNode"], node(job)["resources"]):
        assert resources["limits"]["aws.amazon.com/neuron"] == str(devices)
        assert resources["requests"]["aws.amazon.com/neuron"] == str(devices)
        assert "nvidia.com" not in str(resources)


def test_a_job_spans_nodes_over_efa_and_over_nothing_else(on_neuron):
    near = on_neuron("trn1.32xlarge", 32, frameworks=()).jobs()["samples/train-neuron-trn.yaml"]
    wide = on_neuron("trn1.32xlarge", 32, efa=True, frameworks=()).jobs()["samples/train-neuron-trn.yaml"]
    assert (near["spec"]["parallelism"], wide["spec"]["parallelism"]) == (1, 2)
    assert "FI_" not in str(node(near)["env"])
    assert "efa" not in str(node(near)["resources"])
    assert node(wide)["resources"]["limits"]["vpc.amazonaws.com/efa"] == "8"
    environment = {each["name"]: each.get("value") for each in node(wide)["env"]}
    assert environment["FI_PROVIDER"] == "efa"
    assert environment["FI_EFA_USE_DEVICE_RDMA"] == environment["FI_EFA_FORK_SAFE"] == "1"


def test_an_indexed_job_is_one_that_kubernetes_knows(on_neuron):
    for manifest in on_neuron("trn1.32xlarge", 32, frameworks=()).manifests["samples/train-neuron-trn.yaml"]:
        kubernetes_validate.validate(manifest, "1.35", strict=True)


def test_programs_for_gpus_are_left_out_with_the_reason(on_neuron):
    found = on_neuron("trn1.32xlarge", 32, efa=True)
    kinds = ("accept-disks", "accept-storage", "train-neuron")
    assert sorted(found.jobs()) == [f"samples/{kind}-trn.yaml" for kind in kinds]
    reason = "`trn` has Neuron devices, and no GPUs"
    assert sorted(found.left_out) == [
        f"accept-fabric: {reason}",
        f"accept-isolation: {reason}",
        "batch: `trn` has accelerators",
        *(f"{kind}: {reason}" for kind in ("resume", "sweep", "train")),
    ]


def test_inferentia_and_a_quota_without_a_node_train_nothing(on_neuron):
    [inferentia] = [
        each for each in on_neuron("inf2.48xlarge", 12).left_out if each.startswith("train-neuron")
    ]
    assert inferentia == "train-neuron: `trn` has no Trainium devices"
    [small] = [each for each in on_neuron("trn1.32xlarge", 8).left_out if each.startswith("train-neuron")]
    assert small == "train-neuron: the quota of `trn` holds no node"


@pytest.mark.parametrize("stack", ["vision-prod", "risk-prod"])
def test_every_program_brings_what_it_imports(made, on_neuron, stack):
    found = {**made(stack).manifests, **on_neuron("trn1.32xlarge", 32).manifests}
    programs = files("paved.samples") / "programs"
    ours = {each.name for each in programs.iterdir()}
    checked = set()
    for manifests in found.values():
        brought = manifests[0].get("data", {}) if len(manifests) > 1 else {}
        for name, text in brought.items():
            assert {f"{each}.py" for each in imported(text)} & ours <= brought.keys(), name
            checked.add(name)
    assert {"train.py", "train_neuron.py", "resume.py", "record.py"} <= checked


def test_the_program_needs_of_its_image_what_the_guide_says():
    text = (files("paved.samples") / "programs" / "train_neuron.py").read_text(encoding="utf-8")
    compile(text, "train_neuron.py", "exec")
    assert imported(text) - set(sys.stdlib_module_names) - {"record", "resume"} == CLAIMED


def imported(text):
    """The packages and modules that a program imports at its top."""
    found = set()
    for each in ast.parse(text).body:
        if isinstance(each, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in each.names}
        elif isinstance(each, ast.ImportFrom) and each.module:
            found.add(each.module.partition(".")[0])
    return found
