import pytest

from paved.samples.programs.isolation import complaint, gpus


def test_a_gpu_is_counted_by_its_device_file(tmp_path):
    for name in ("nvidia0", "nvidia3", "nvidiactl", "nvidia-uvm", "nvidia-caps", "null"):
        (tmp_path / name).touch()
    assert gpus(tmp_path) == ["nvidia0", "nvidia3"]


def test_a_job_with_what_it_requests_passes():
    assert complaint(1, ["nvidia5"]) is None


@pytest.mark.parametrize("found", [[], ["nvidia0", "nvidia1"]])
def test_a_job_with_more_or_less_than_it_requests_fails(found):
    assert complaint(1, found).startswith(f"the job requests 1 GPUs and has {len(found)}")


def test_the_job_asks_for_every_gpu_where_admission_does_not_see_it(made):
    job = made("vision-prod").jobs()["samples/accept-isolation-h100.yaml"]
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert [each["name"] for each in container["env"]] == ["GPUS"]
    [source] = container["envFrom"]
    maps = made("vision-prod").manifests["samples/accept-isolation-h100.yaml"]
    [wanted] = [each for each in maps if each["metadata"]["name"] == source["configMapRef"]["name"]]
    assert wanted["data"] == {"NVIDIA_VISIBLE_DEVICES": "all"}


def test_a_node_with_one_gpu_has_none_to_take(made):
    names = made("vision-prod").manifests
    assert not [name for name in names if name.startswith("samples/accept-isolation-l40s-serving")]
