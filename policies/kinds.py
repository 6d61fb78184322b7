"""Types of resources that several rules are about, beside those that other layers know (reference/vocabulary.py)."""

from reference.vocabulary import S3_BUCKET

DYNAMODB_TABLE = "aws:dynamodb/table:Table"
ECR_REPLICATION = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
EFS_FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
RDS_INSTANCE = "aws:rds/instance:Instance"
SECRET = "aws:secretsmanager/secret:Secret"
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"

# The provider has a second name for buckets and what belongs to them, from its move to separate resources.
BUCKETS = (S3_BUCKET, "aws:s3/bucketV2:BucketV2")
BUCKET_ENCRYPTIONS = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
