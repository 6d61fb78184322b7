"""FSx: Lustre file systems, and their links to S3."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import (
    refused,
    require_key,
    require_security_groups,
    require_subnets,
)
from paved.aws.creating.fitting import fitted, pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected
from reference.lustre import is_size

CREATE = "fsx.CreateFileSystem"
LINK = "fsx.CreateDataRepositoryAssociation"
MBPS_PER_TIB = {"PERSISTENT_1": (50, 100, 200), "PERSISTENT_2": (125, 250, 500, 1000)}
"""On SSD, as documented. Scratch has none, nor a key or backups of the customer's."""
OF_PERSISTENT = ("PerUnitStorageThroughput", "AutomaticBackupRetentionDays", "CopyTagsToBackups")
LINKING_ROLE = "AWSServiceRoleForFSxS3Access_"


@creates("aws:fsx/lustreFileSystem:LustreFileSystem")
def lustre_file_system(inputs: Inputs, api: Api) -> Created:
    tags = pairs(api.tags(inputs))
    subnet = inputs.take("subnetIds")
    shape: Any = api.shape("fsx", "CreateFileSystem")
    request = {
        "FileSystemType": "LUSTRE",
        "StorageCapacity": inputs.take("storageCapacity"),
        "StorageType": inputs.take("storageType"),
        "SubnetIds": [subnet] if isinstance(subnet, str) else subnet,
        "SecurityGroupIds": inputs.take("securityGroupIds"),
        "KmsKeyId": inputs.take("kmsKeyId"),
        "FileSystemTypeVersion": inputs.take("fileSystemTypeVersion"),
        "Tags": tags or None,
    }
    skips_final_backup = inputs.take("skipFinalBackup")
    lustre = fitted(inputs, shape.members["LustreConfiguration"])
    found = require_subnets(api, CREATE, "SubnetIds", request["SubnetIds"])
    require_security_groups(api, CREATE, "SecurityGroupIds", request["SecurityGroupIds"] or [])
    require_key(api, CREATE, "KmsKeyId", request["KmsKeyId"])
    made = api.call("fsx", "CreateFileSystem", {**request, "LustreConfiguration": lustre})["FileSystem"]
    _check(request, lustre)
    id = made["FileSystemId"]
    on_delete = {"SkipFinalBackup": skips_final_backup} if skips_final_backup is not None else None
    deletion = {"FileSystemId": id, "LustreConfiguration": on_delete}
    api.check("fsx", "DeleteFileSystem", deletion)
    return Created(
        id=id,
        outputs={
            "arn": api.arn("fsx", f"file-system/{id}"),
            "dnsName": made["DNSName"],
            "mountName": api.made_up("mount name", 8),
            "networkInterfaceIds": [f"eni-{api.made_up('network interface', 17)}"],
            "ownerId": api.place.account,
            "vpcId": found[0]["VpcId"],
        },
    )


@creates("aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation")
def data_repository_association(inputs: Inputs, api: Api) -> Created:
    request = api.fit("fsx", "CreateDataRepositoryAssociation", inputs)
    deletion = {"DeleteDataInFileSystem": inputs.take("deleteDataInFilesystem")}
    file_system, path = request.get("FileSystemId"), str(request.get("DataRepositoryPath"))
    if not api.inside("fsx", "DescribeFileSystems", {"FileSystemIds": [file_system]})["FileSystems"]:
        raise refused(LINK, "FileSystemId", "must name a file system that exists by now", file_system)
    bucket = path.removeprefix("s3://").partition("/")[0]
    _require_linkable(api, bucket)
    api.call("fsx", "CreateDataRepositoryAssociation", {**request, "Tags": pairs(api.tags(inputs)) or None})
    id = f"dra-{api.made_up('association', 17)}"
    api.check("fsx", "DeleteDataRepositoryAssociation", {"AssociationId": id, **deletion})
    if not api.claim("fsx link", str(file_system), str(request.get("FileSystemPath"))):
        raise refused(LINK, "FileSystemPath", "the directory is linked already", request["FileSystemPath"])
    arn = api.arn("fsx", f"association/{file_system}/{id}")
    return Created(id=id, outputs={"arn": arn, "associationId": id})


def _check(request: dict[str, Any], lustre: dict[str, Any]) -> None:
    """FSx's rules between parameters, which neither the API model nor the simulator holds."""
    deployment = str(lustre.get("DeploymentType"))
    size, throughput = request["StorageCapacity"], lustre.get("PerUnitStorageThroughput")
    if not is_size(size):
        raise refused(CREATE, "StorageCapacity", "must be 1200 or a multiple of 2400", size)
    if len(request["SubnetIds"]) != 1:
        raise refused(CREATE, "SubnetIds", "must be one subnet", request["SubnetIds"])
    if deployment in MBPS_PER_TIB:
        allowed = MBPS_PER_TIB[deployment]
        if throughput not in allowed:
            rule = f"must be one of {', '.join(map(str, allowed))} for {deployment}"
            raise refused(CREATE, "LustreConfiguration.PerUnitStorageThroughput", rule, throughput)
        return
    rule = f"must be left out for {deployment}"
    for name in OF_PERSISTENT:
        if lustre.get(name):
            raise refused(CREATE, f"LustreConfiguration.{name}", rule, lustre[name])
    if request["KmsKeyId"]:
        raise refused(CREATE, "KmsKeyId", rule, request["KmsKeyId"])


def _require_linkable(api: Api, bucket: str) -> None:
    """A link needs a bucket, and leave to use the key that the bucket is encrypted with."""
    try:
        api.inside("s3", "HeadBucket", {"Bucket": bucket})
    except Rejected:
        raise refused(LINK, "DataRepositoryPath", "must name a bucket that exists by now", bucket) from None
    try:
        found = api.inside("s3", "GetBucketEncryption", {"Bucket": bucket})
    except Rejected:
        return
    for rule in found["ServerSideEncryptionConfiguration"]["Rules"]:
        key = rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        if key is None:
            continue
        policy = api.inside("kms", "GetKeyPolicy", {"KeyId": key, "PolicyName": "default"})["Policy"]
        if LINKING_ROLE not in policy:
            says = f"must be a bucket whose key lets {LINKING_ROLE}* use it"
            raise refused(LINK, "DataRepositoryPath", says, bucket)
