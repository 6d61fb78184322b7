"""Lustre file systems, which the simulator runs, and their links, which AWS's model judges."""

import json

import pytest

FILE_SYSTEM = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
KEY = "aws:kms/key:Key"
ROLE = "arn:aws:iam::111122223333:role/aws-service-role/fsx/AWSServiceRoleForFSxS3Access_fs-*"


@pytest.fixture
def inputs(account):
    vpc = account.vpc()
    group = {"name": "lustre", "description": "Lustre", "vpcId": vpc}
    return {
        "deploymentType": "PERSISTENT_2",
        "storageType": "SSD",
        "storageCapacity": 4800,
        "perUnitStorageThroughput": 250,
        "fileSystemTypeVersion": "2.15",
        "dataCompressionType": "LZ4",
        "metadataConfiguration": {"mode": "AUTOMATIC"},
        "kmsKeyId": account.key("vision"),
        "subnetIds": account.subnet(vpc, "use1-az4", "10.16.0.0/20"),
        "securityGroupIds": [account.create("aws:ec2/securityGroup:SecurityGroup", group, name="group")[0]],
        "weeklyMaintenanceStartTime": "7:04:00",
        "automaticBackupRetentionDays": 0,
        "skipFinalBackup": True,
        "tags": {"Name": "train"},
    }


@pytest.fixture
def bucket(account):
    """A bucket under a key that file systems may use."""

    def make(name, principal=ROLE):
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["kms:*"],
            "Resource": ["*"],
            "Condition": {"ArnLike": {"aws:PrincipalArn": principal}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        key = account.create(KEY, {"description": name, "policy": policy}, name=f"{name}-key")[1]["arn"]
        account.create("aws:s3/bucket:Bucket", {"bucket": name}, name=name)
        default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}
        account.create(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            {"bucket": name, "rules": [{"applyServerSideEncryptionByDefault": default}]},
            name=f"{name}-encryption",
        )
        return name

    return make


def link_of(file_system, bucket, **changes):
    return {
        "fileSystemId": file_system,
        "fileSystemPath": "/datasets",
        "dataRepositoryPath": f"s3://{bucket}/",
        "batchImportMetaDataOnCreate": True,
        "deleteDataInFilesystem": False,
        "s3": {"autoImportPolicy": {"events": ["NEW"]}, "autoExportPolicy": {"events": ["NEW", "CHANGED"]}},
        **changes,
    }


def test_a_file_system_reads_back(account, inputs):
    id, outputs = account.create(FILE_SYSTEM, inputs)
    assert account.last.status == "created"
    [found] = account.client("fsx").describe_file_systems(FileSystemIds=[id])["FileSystems"]
    assert (found["StorageCapacity"], found["KmsKeyId"]) == (4800, inputs["kmsKeyId"])
    assert found["SubnetIds"] == [inputs["subnetIds"]]
    assert found["LustreConfiguration"]["PerUnitStorageThroughput"] == 250
    assert {"Key": "team", "Value": "vision"} in found["Tags"]
    assert outputs["dnsName"] == f"{id}.fsx.us-east-1.amazonaws.com"
    assert outputs["mountName"]


def test_the_id_of_a_file_system_is_the_same_every_time(account, inputs):
    first, _ = account.create(FILE_SYSTEM, inputs)
    again, _ = account.create(FILE_SYSTEM, inputs)
    assert first == again


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"storageCapacity": 3600}, "StorageCapacity"),
        ({"perUnitStorageThroughput": 200}, "LustreConfiguration.PerUnitStorageThroughput"),
        ({"deploymentType": "SCRATCH_2"}, "LustreConfiguration.PerUnitStorageThroughput"),
        ({"deploymentType": "SCRATCH_2", "perUnitStorageThroughput": None}, "KmsKeyId"),
        ({"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/none"}, "KmsKeyId"),
        ({"subnetIds": "subnet-0123456789abcdef0"}, "SubnetIds"),
        ({"securityGroupIds": ["sg-0123456789abcdef0"]}, "SecurityGroupIds"),
        ({"weeklyMaintenanceStartTime": "0:04:00"}, "LustreConfiguration.WeeklyMaintenanceStartTime"),
        ({"automaticBackupRetentionDays": 91}, "LustreConfiguration.AutomaticBackupRetentionDays"),
    ],
)
def test_what_fsx_refuses_is_refused(account, inputs, changes, parameter):
    account.rejections(FILE_SYSTEM, {**inputs, **changes})
    assert account.last.rejections[0].parameter == parameter


def test_a_link_is_validated(account, inputs, bucket):
    file_system, _ = account.create(FILE_SYSTEM, inputs)
    id, outputs = account.create(LINK, link_of(file_system, bucket("datasets-1")))
    assert account.last.status == "validated"
    assert outputs["associationId"] == id


def test_a_link_needs_a_file_system_a_bucket_and_its_key(account, inputs, bucket):
    file_system, _ = account.create(FILE_SYSTEM, inputs)
    open_bucket, closed_bucket = bucket("datasets-1"), bucket("datasets-2", principal="arn:aws:iam::1:role/x")
    wrong = {
        "FileSystemId": link_of("fs-00000000", open_bucket),
        "DataRepositoryPath": link_of(file_system, "nowhere"),
    }
    for parameter, inputs_of_link in wrong.items():
        account.rejections(LINK, inputs_of_link, name=parameter)
        assert account.last.rejections[0].parameter == parameter
    [refusal] = account.rejections(LINK, link_of(file_system, closed_bucket), name="closed")
    assert "AWSServiceRoleForFSxS3Access_" in refusal


def test_a_directory_is_linked_once(account, inputs, bucket):
    file_system, _ = account.create(FILE_SYSTEM, inputs)
    link = link_of(file_system, bucket("datasets-1"))
    account.create(LINK, link)
    account.rejections(LINK, link, name="again")
    assert account.last.rejections[0].parameter == "FileSystemPath"
