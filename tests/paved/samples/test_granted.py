"""Samples for pools that the platform grants to a team."""


def test_a_granted_pool_has_its_acceptance_jobs(research):
    assert {name for name in research.manifests if "accept" in name} == {
        "samples/accept-fabric-spring-block.yaml",
        "samples/accept-fabric-rack.yaml",
        "samples/accept-isolation-h100-spot.yaml",
        "samples/accept-isolation-spring-block.yaml",
        "samples/accept-isolation-rack.yaml",
        "samples/accept-isolation-evaluation.yaml",
        "samples/accept-storage-h100-spot.yaml",
        "samples/accept-disks-h100-spot.yaml",
        "samples/accept-disks-spring-block.yaml",
        "samples/accept-disks-rack.yaml",
        "samples/accept-disks-evaluation.yaml",
    }


def test_a_job_on_a_granted_pool_leaves_the_tolerations_to_the_queue(research):
    job = research.jobs()["samples/accept-disks-evaluation.yaml"]
    spec = job["spec"]["template"]["spec"]
    assert spec["nodeSelector"] == {
        "paved.dev/stack": "platform-research",
        "paved.dev/pool": "evaluation",
        "paved.dev/accelerator": "l4",
    }
    assert spec["tolerations"] == []


def test_a_pool_placed_by_topology_says_how_near_the_pods_must_be(research):
    near = {
        name: "kueue.x-k8s.io/podset-preferred-topology" in str(job) for name, job in research.jobs().items()
    }
    assert {name for name, found in near.items() if found} == {
        name for name in near if name.endswith(("-spring-block.yaml", "-rack.yaml"))
    }


def test_the_fabric_is_tried_over_what_is_granted_and_what_may_be_borrowed(research):
    sizes = {pool.name: (pool.units, pool.nodes) for pool in research.facts.pools}
    assert sizes == {"h100-spot": (24, 3), "spring-block": (32, 4), "rack": (16, 2), "evaluation": (16, 4)}
