"""FSx for Lustre: file systems, and their links to S3."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import (
    require_bucket,
    require_key,
    require_security_groups,
    require_subnets,
)
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.audited_types import ON_CREATION, PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, camel_case, first, tag_map
from paved.aws.services import NOT_KEPT, SimulatorGap, iam_actions
from reference.lustre import is_size
from reference.vocabulary import LUSTRE_FILE_SYSTEM

DATA_REPOSITORY_ASSOCIATION = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
IAM_ACTIONS = iam_actions("fsx", "DescribeDataRepositoryAssociations", "DescribeFileSystems")
MOTO_UNSUPPORTED = ("fsx.CreateDataRepositoryAssociation",)
SIMULATOR_GAPS = (SimulatorGap(type=LUSTRE_FILE_SYSTEM, property="fileSystemTypeVersion", reason=NOT_KEPT),)

CREATE = "fsx.CreateFileSystem"
LINK = "fsx.CreateDataRepositoryAssociation"
MBPS_PER_TIB = {"PERSISTENT_1": (50, 100, 200), "PERSISTENT_2": (125, 250, 500, 1000)}
"""Throughputs on SSD, as documented. Scratch has none, nor a key or backups of the customer's."""
OF_PERSISTENT = ("PerUnitStorageThroughput", "AutomaticBackupRetentionDays", "CopyTagsToBackups")
LINKING_ROLE = "AWSServiceRoleForFSxS3Access_"


@creates(LUSTRE_FILE_SYSTEM)
def create_lustre_file_system(inputs: Inputs, api: Api) -> Created:
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
    lustre = request_members(inputs, shape.members["LustreConfiguration"])
    subnets = require_subnets(api, CREATE, "SubnetIds", request["SubnetIds"])
    require_security_groups(api, CREATE, "SecurityGroupIds", request["SecurityGroupIds"] or [])
    require_key(api, CREATE, "KmsKeyId", request["KmsKeyId"])
    answer = api.call("fsx", "CreateFileSystem", {**request, "LustreConfiguration": lustre})
    system = answer["FileSystem"]
    _check(request, lustre)
    id = system["FileSystemId"]
    on_delete = {"SkipFinalBackup": skips_final_backup} if skips_final_backup is not None else None
    deletion = {"FileSystemId": id, "LustreConfiguration": on_delete}
    api.check("fsx", "DeleteFileSystem", deletion)  # sent when the system is destroyed
    return Created(
        id=id,
        outputs={
            "arn": api.arn("fsx", f"file-system/{id}"),
            "dnsName": system["DNSName"],
            "mountName": api.generated_hex("mount name", 8),
            "networkInterfaceIds": [f"eni-{api.generated_hex('network interface', 17)}"],
            "ownerId": api.scope.account,
            "vpcId": subnets[0]["VpcId"],
        },
    )


@creates(DATA_REPOSITORY_ASSOCIATION)
def create_data_repository_association(inputs: Inputs, api: Api) -> Created:
    request = api.request("fsx", "CreateDataRepositoryAssociation", inputs)
    deletion = {"DeleteDataInFileSystem": inputs.take("deleteDataInFilesystem")}
    file_system, path = request.get("FileSystemId"), str(request.get("DataRepositoryPath"))
    if not api.internal_call("fsx", "DescribeFileSystems", {"FileSystemIds": [file_system]})["FileSystems"]:
        raise refused(LINK, "FileSystemId", "must name a file system that exists by now", file_system)
    bucket = path.removeprefix("s3://").partition("/")[0]
    _require_linkable(api, bucket)
    api.call("fsx", "CreateDataRepositoryAssociation", {**request, "Tags": pairs(api.tags(inputs)) or None})
    id = f"dra-{api.generated_hex('association', 17)}"
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
    """A link needs a bucket, and a key that lets the role of FSx use it where the bucket is encrypted with one."""
    require_bucket(api, LINK, "DataRepositoryPath", bucket, bucket)
    try:
        answer = api.internal_call("s3", "GetBucketEncryption", {"Bucket": bucket})
    except Rejected:
        return
    for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]:
        key = rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        if key is None:
            continue
        policy = api.internal_call("kms", "GetKeyPolicy", {"KeyId": key, "PolicyName": "default"})["Policy"]
        if LINKING_ROLE not in policy:
            says = f"must be a bucket whose key lets {LINKING_ROLE}* use it"
            raise refused(LINK, "DataRepositoryPath", says, bucket)


@reads(
    LUSTRE_FILE_SYSTEM,
    "settings",
    (),
    concerns={"kmsKeyId": "encryption", "automaticBackupRetentionDays": "recovery", "subnetIds": "network"},
    left_out={
        "skipFinalBackup": PROVIDER,
        "securityGroupIds": "FSx hands them to its network interfaces and does not tell them",
    },
    tagged=True,
)
def read_lustre_file_system(lookup: Lookup) -> Found:
    """The file system whose tag `Name` is the planned one: FSx gives no other name."""
    name = lookup.tags.get("Name")
    listed = lookup.pages("fsx.DescribeFileSystems", "FileSystems")
    system = first([each for each in listed if tag_map(each.get("Tags")).get("Name") == name])
    lustre = camel_case(system.get("LustreConfiguration", {}))
    return Found(
        names=(system["FileSystemId"], system["ResourceARN"]),
        properties={
            **lustre,
            "fileSystemTypeVersion": system.get("FileSystemTypeVersion"),
            "kmsKeyId": system.get("KmsKeyId"),
            "storageCapacity": system.get("StorageCapacity"),
            "storageType": system.get("StorageType"),
            "subnetIds": system.get("SubnetIds"),
            "weeklyMaintenanceStartTime": lustre.get("weeklyMaintenanceStartTime"),
        },
        tags=lambda: tag_map(system.get("Tags")),
        contents={"link": lambda: [_link(each) for each in _links(lookup, system["FileSystemId"])]},
    )


@reads(
    DATA_REPOSITORY_ASSOCIATION,
    "settings",
    ("fileSystemId", "fileSystemPath"),
    left_out={"batchImportMetaDataOnCreate": ON_CREATION, "deleteDataInFilesystem": PROVIDER},
    tagged=True,
)
def read_data_repository_association(lookup: Lookup) -> Found:
    listed = _links(lookup, lookup.name("fileSystemId"))
    path = lookup.name("fileSystemPath")
    association = first([each for each in listed if each.get("FileSystemPath") == path])
    return Found(
        names=(association["AssociationId"], association["ResourceARN"]),
        properties={"dataRepositoryPath": association.get("DataRepositoryPath"), "s3": association.get("S3")},
        tags=lambda: tag_map(association.get("Tags")),
    )


def _links(lookup: Lookup, file_system: str) -> list[Mapping[str, Any]]:
    by_system: Any = [{"Name": "file-system-id", "Values": [file_system]}]
    return lookup.pages("fsx.DescribeDataRepositoryAssociations", "Associations", Filters=by_system)


def _link(association: Mapping[str, Any]) -> Content:
    label = f"{association.get('FileSystemPath')} of {association.get('DataRepositoryPath')}"
    return Content(kind="link", name=association["AssociationId"], label=label, concern="public access")
