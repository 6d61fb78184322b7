from stacks.checks.tracking import regulated_runs_stay_in_the_vpc, tracking_has_jobs_and_a_bucket

REGULATED = {"tracking": {}, "data_class": "regulated"}


def test_tracking_needs_jobs_and_a_bucket(valid, says):
    team = valid.team({"tracking": {}, "registry": valid.absent, "training": valid.absent})
    assert says(tracking_has_jobs_and_a_bucket, team) == [
        "`paved:registry` is required with `tracking`: runs keep their files in its bucket of models",
        "`paved:training` is required with `tracking`: its jobs are who records",
    ]


def test_a_team_without_tracking_needs_neither(valid, says):
    team = valid.team({"registry": valid.absent, "training": valid.absent})
    assert says(tracking_has_jobs_and_a_bucket, team) == []


def test_regulated_runs_need_a_private_way(valid, says):
    organisation = valid.organisation(vision_prod=valid.team(REGULATED))
    assert says(regulated_runs_stay_in_the_vpc, organisation) == [
        "foundation-prod: `network.private_mlflow` must be true: jobs of `vision-prod` record to MLflow "
        "from regulated data"
    ]


def test_other_runs_may_go_through_nat_and_regulated_ones_through_the_endpoint(valid, says):
    public = valid.organisation(vision_prod=valid.team({"tracking": {}}))
    private = valid.organisation(
        vision_prod=valid.team(REGULATED),
        foundation_prod=valid.foundation({"network.private_mlflow": True}),
    )
    assert says(regulated_runs_stay_in_the_vpc, public) == []
    assert says(regulated_runs_stay_in_the_vpc, private) == []
