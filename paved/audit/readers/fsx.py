"""FSx for Lustre: file systems, found by their name, and the parts of S3 they show."""

from typing import Any

from paved.aws.reading.audited_types import ON_CREATION, PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map


@reads(
    "aws:fsx/lustreFileSystem:LustreFileSystem",
    "settings",
    (),
    concerns={"kmsKeyId": "encryption", "automaticBackupRetentionDays": "recovery", "subnetIds": "network"},
    left_out={
        "skipFinalBackup": PROVIDER,
        "securityGroupIds": "FSx hands them to its network interfaces and does not tell them",
    },
    tagged=True,
)
def file_system(sought: Lookup) -> Found:
    wanted = sought.expected.tags.get("Name")
    listed = sought.pages("fsx.DescribeFileSystems", "FileSystems")
    made = first([each for each in listed if tag_map(each.get("Tags")).get("Name") == wanted])
    lustre = {key[0].lower() + key[1:]: value for key, value in made.get("LustreConfiguration", {}).items()}
    return Found(
        names=(made["FileSystemId"], made["ResourceARN"]),
        properties={
            **lustre,
            "fileSystemTypeVersion": made.get("FileSystemTypeVersion"),
            "kmsKeyId": made.get("KmsKeyId"),
            "storageCapacity": made.get("StorageCapacity"),
            "storageType": made.get("StorageType"),
            "subnetIds": made.get("SubnetIds"),
            "weeklyMaintenanceStartTime": lustre.get("weeklyMaintenanceStartTime"),
        },
        tags=lambda: tag_map(made.get("Tags")),
    )


@reads(
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
    "settings",
    ("fileSystemId", "fileSystemPath"),
    left_out={"batchImportMetaDataOnCreate": ON_CREATION, "deleteDataInFilesystem": PROVIDER},
    tagged=True,
)
def data_repository_association(sought: Lookup) -> Found:
    only: Any = [{"Name": "file-system-id", "Values": [sought.name("fileSystemId")]}]
    listed = sought.pages("fsx.DescribeDataRepositoryAssociations", "Associations", Filters=only)
    made = first([each for each in listed if each.get("FileSystemPath") == sought.name("fileSystemPath")])
    return Found(
        names=(made["AssociationId"], made["ResourceARN"]),
        properties={"dataRepositoryPath": made.get("DataRepositoryPath"), "s3": made.get("S3")},
        tags=lambda: tag_map(made.get("Tags")),
    )
