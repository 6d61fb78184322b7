import pytest

from components.data.file_system import FileSystem, FileSystemArgs, Link, weekly

FILE_SYSTEM = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
DATASETS = Link(
    path="/datasets",
    bucket="paved-vision-prod-datasets-111122223333",
    prefix="",
    imports=("new", "changed", "deleted"),
    exports=(),
)
ARGS = FileSystemArgs(
    title="paved-vision-prod-train",
    deployment="persistent",
    storage_gib=4800,
    mbps_per_tib=250,
    subnet_id="subnet-0f6e",
    security_group_id="sg-0f6e",
    key_arn="arn:aws:kms:us-east-1:111122223333:key/0f6e",
    backup_days=0,
    maintenance="Sun:04:00",
    expires=None,
    links=(DATASETS,),
    buckets=[],
    protect=True,
)
SCRATCH = {"deployment": "scratch", "mbps_per_tib": None, "links": ()}


@pytest.fixture
def plan(plan_program):
    def run(**changes):
        return plan_program(lambda: FileSystem("train", FileSystemArgs(**{**vars(ARGS), **changes})))

    return run


def test_plan_matches_golden(plan, golden):
    golden("components/file_system.json", plan().as_json()["resources"])


def test_a_persistent_file_system_is_protected_and_has_the_teams_key(plan):
    file_system = plan().one(FILE_SYSTEM)
    assert file_system.protect
    assert file_system.inputs["deploymentType"] == "PERSISTENT_2"
    assert file_system.inputs["kmsKeyId"] == ARGS.key_arn


def test_scratch_is_never_protected_and_has_nothing_of_a_persistent_one(plan):
    file_system = plan(**SCRATCH).one(FILE_SYSTEM)
    assert not file_system.protect
    assert file_system.inputs["deploymentType"] == "SCRATCH_2"
    persistent = {
        "kmsKeyId",
        "perUnitStorageThroughput",
        "automaticBackupRetentionDays",
        "metadataConfiguration",
    }
    assert not persistent & set(file_system.inputs)


def test_a_last_day_is_a_tag_that_an_operator_finds(plan):
    assert plan(**SCRATCH, expires="2031-12-31").one(FILE_SYSTEM).inputs["tags"]["expires"] == "2031-12-31"
    assert "expires" not in plan(**SCRATCH).one(FILE_SYSTEM).inputs["tags"]


def test_backups_keep_their_tags_and_a_last_one_is_made_before_the_end(plan):
    kept = plan(backup_days=7, links=()).one(FILE_SYSTEM).inputs
    assert (kept["automaticBackupRetentionDays"], kept["copyTagsToBackups"]) == (7, True)
    assert kept["skipFinalBackup"] is False
    assert plan().one(FILE_SYSTEM).inputs["skipFinalBackup"] is True


def test_a_link_shows_what_is_there_already_and_deletes_nothing(plan):
    link = plan().one(LINK).inputs
    assert link["dataRepositoryPath"] == "s3://paved-vision-prod-datasets-111122223333/"
    assert link["batchImportMetaDataOnCreate"] is True
    assert link["deleteDataInFilesystem"] is False
    assert link["s3"] == {"autoImportPolicy": {"events": ["NEW", "CHANGED", "DELETED"]}}


def test_a_link_passes_the_events_it_names_and_no_others(plan):
    out = Link(path="/out", bucket="b", prefix="runs/", imports=(), exports=("new",))
    none = Link(path="/none", bucket="b", prefix="other/", imports=(), exports=())
    links = {each.inputs["fileSystemPath"]: each.inputs for each in plan(links=(out, none)).of(LINK)}
    assert links["/out"]["s3"] == {"autoExportPolicy": {"events": ["NEW"]}}
    assert links["/out"]["dataRepositoryPath"] == "s3://b/runs/"
    assert "s3" not in links["/none"]


@pytest.mark.parametrize(
    ("maintenance", "numbered"),
    [("Mon:00:00", "1:00:00"), ("Wed:13:30", "3:13:30"), ("Sun:03:00", "7:03:00")],
)
def test_fsx_counts_days_from_monday(maintenance, numbered):
    assert weekly(maintenance) == numbered
