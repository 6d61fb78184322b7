import pytest

from stacks.checks.notebooks import (
    a_notebook_fits_a_node,
    notebooks_are_of_an_image_of_the_team,
    notebooks_are_told_apart,
    notebooks_have_what_they_need,
    notebooks_on_gpus_may_queue,
    notebooks_with_gpus_have_a_pool_and_a_queue,
)
from stacks.schema import Team
from tests.stacks.checks.notebooks import ADA, GRACE, SMALL, notebooks
from tests.stacks.checks.registered import checks_of


@pytest.fixture
def team(valid):
    """The team with notebooks, of which some settings are others."""

    def make(stack_changes=None, **changes):
        return valid.team(
            {
                "registry.repositories": ["notebook"],
                "notebooks": notebooks(**changes),
                **(stack_changes or {}),
            }
        )

    return make


def on(pool, gpus, **changes):
    return {"name": "gpu", "cpu": 4, "memory_gib": 16, "pool": pool, "gpus": gpus, **changes}


@pytest.mark.parametrize("check", checks_of("notebooks", Team))
def test_a_good_team_and_one_without_notebooks_pass(valid, says, team, check):
    assert says(check, team()) == []
    assert says(check, valid.team()) == []


def test_notebooks_need_an_image_and_a_reader(says, team):
    without = team().model_copy(update={"registry": None, "monitoring": None})
    assert says(notebooks_have_what_they_need, without) == [
        "`paved:registry` is required with `notebooks`: its images are what they run, and its roles read the "
        "team's data",
        "`paved:monitoring` is required with `notebooks`: it says who hears of a hub that is down",
    ]


def test_people_and_sizes_have_names_of_their_own(says, team):
    twice = team(
        people=[ADA, {**GRACE, "login": ADA["login"]}, {**GRACE, "name": "ada"}], servers=[SMALL, SMALL]
    )
    found = says(notebooks_are_told_apart, twice)
    assert [each.partition("`")[2].partition("`")[0] for each in found] == [
        "notebooks.people[2].name",
        "notebooks.people[1].login",
        "notebooks.servers[1].name",
    ]


def test_the_image_is_of_a_repository_of_the_team(says, team):
    assert says(notebooks_are_of_an_image_of_the_team, team(repository="notebok")) == [
        "`notebooks.repository` must name one of `registry.repositories`, got `notebok`; did you mean `notebook`?"
    ]


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (
            on(None, 1),
            "`notebooks.servers[0].pool` is required for 1 GPUs: the name of one of `training.pools`",
        ),
        (
            on("h10", 1),
            "`notebooks.servers[0].pool` must name one of `training.pools`, got `h10`; did you mean `h100`?",
        ),
        (on("h100", 0), "`notebooks.servers[0].gpus` must be 1 or more on the pool `h100`, got 0"),
    ],
)
def test_gpus_and_a_pool_come_together(says, team, server, said):
    assert says(notebooks_with_gpus_have_a_pool_and_a_queue, team(servers=[server])) == [said]


@pytest.mark.parametrize("gpus", [0, 1])
def test_a_notebook_is_on_no_pool_of_cpu_nodes(says, team, with_cpus, gpus):
    training = with_cpus().training
    pools = {
        "training.pools": [pool.model_dump() for pool in training.pools],
        "training.quota": [quota.model_dump() for quota in training.quota],
    }
    (said,) = says(notebooks_with_gpus_have_a_pool_and_a_queue, team(pools, servers=[on("batch", gpus)]))
    assert said.startswith("`notebooks.servers[0].pool` is `batch`, whose nodes have no GPUs: leave it out")


def test_a_notebook_has_at_most_what_the_queue_may_use(says, team):
    changes = {"training.quota": []}
    assert says(notebooks_with_gpus_have_a_pool_and_a_queue, team(changes, servers=[on("h100", 1)])) == [
        "`notebooks.servers[0].gpus` must be at most what the queue may use of pool `h100`, 0 GPUs, got 1"
    ]


def test_a_notebook_may_use_what_the_queue_borrows(says, team):
    changes = {"training.quota": [{"pool": "h100", "gpus": 1, "borrow_gpus": 1}]}
    check = notebooks_with_gpus_have_a_pool_and_a_queue
    assert says(check, team(changes, servers=[on("h100", 2)])) == []
    assert says(check, team(changes, servers=[on("h100", 3)])) != []


def test_no_notebook_is_on_neuron_devices(says, team):
    pool = {"name": "trn", "instance_types": ["trn1.2xlarge"], "capacity": ["on-demand"], "max_gpus": 1}
    changes = {"training.pools": [pool], "training.quota": [{"pool": "trn", "gpus": 1}]}
    (said,) = says(a_notebook_fits_a_node, team(changes, servers=[on("trn", 1)]))
    assert said.startswith(
        "`notebooks.servers[0].pool` is `trn`, of class `trainium1`: notebooks run on GPUs"
    )


def test_a_notebook_fits_a_node_of_its_pool(says, team):
    (said,) = says(a_notebook_fits_a_node, team(servers=[on("h100", 8, cpu=192, memory_gib=2048)]))
    assert said.startswith("`notebooks.servers[0]` must fit one node of pool `h100`")


def test_a_platform_queues_the_notebooks_of_its_teams(valid, says, team):
    (said,) = says(notebooks_on_gpus_may_queue, valid.organisation(vision_prod=team(servers=[on("h100", 1)])))
    assert said.endswith(
        "`queues.notebooks` must be true: notebooks `gpu` of `vision-prod` wait in its queue for their GPUs"
    )
    assert says(notebooks_on_gpus_may_queue, valid.organisation(vision_prod=team())) == []
