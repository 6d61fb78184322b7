"""The words that several layers share: labels, taints, devices, type tokens, service principals, the unknown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal

DOMAIN = "paved.dev"
CONFIG_PREFIX = "paved:"
"""How a section of a stack file and the type of a component begin."""
AS_OF_VARIABLE = "PAVED_AS_OF"
"""The environment variable with the day that dated rules are judged by."""


class Unknown(Enum):
    """The one value of something that is not known before it is created."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

# Labels, taints and annotations of Kubernetes objects.
STACK_LABEL = f"{DOMAIN}/stack"
"""Label of a team's namespace and nodes, and key of the taint on its nodes. Value: the stack's name."""
POOL_LABEL = f"{DOMAIN}/pool"
"""Label of a node: the pool of the team file it belongs to, or `system` or `general` on the platform's own."""
ACCELERATOR_LABEL = f"{DOMAIN}/accelerator"
"""Label of a GPU node: its accelerator class, which Kueue's flavors select by."""
EFA_LABEL = f"{DOMAIN}/efa"
"""Label of a node that has EFA interfaces. Value: `true`."""
NETWORK_LAYERS = tuple(f"topology.k8s.aws/network-node-layer-{layer}" for layer in (1, 2, 3))
"""Labels that AWS's cloud controller sets on a node, from the widest part of the network to the narrowest."""
WORKER_LABEL = f"{DOMAIN}/worker"
"""Label of a pod that others of its job find by name. Value: `true`."""
DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
"""Karpenter's annotation of a pod: for how long its node is kept for it. `true`, or a time such as `30m`."""
ADMITTED_LABEL = "kueue.x-k8s.io/podset"
"""The label that Kueue puts on every pod of a job that it has admitted."""
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
"""Label of a job: the LocalQueue of its namespace that it waits in."""
LOCAL_QUEUE = "train"
"""The LocalQueue of a team's namespace."""
QUEUE_GATE = "kueue.x-k8s.io/admission"
"""The scheduling gate that Kueue puts on a pod with the label of a queue, and takes off when it admits it."""
PRIORITY_LABEL = "kueue.x-k8s.io/priority-class"
"""Label of a job: the WorkloadPriorityClass that orders it in its queue."""
LOGS_LABEL, UNLOGGED = f"{DOMAIN}/logs", "not-kept"
"""A namespace with this label and value has no log group: what its pods write is sent nowhere."""
OWNED_LABEL = f"{DOMAIN}/owned-by"
"""Label of an object of a team's namespace that its stack makes and members only read. Value: `stack`."""
TRIGGER_LABEL = f"{DOMAIN}/trigger"
"""Label of a retraining run and its pods: the trigger of the team's file that started it."""
HEALTH_LABEL = f"{DOMAIN}/model-health"
"""Label of the pods that judge an endpoint's model, and of the exporter. Value: the endpoint's name, or `exporter`."""
NOTEBOOK_LABEL = f"{DOMAIN}/notebook"
"""Label of the pod of a notebook: the person whose it is, by the name of the team's file."""
ZONE_LABEL, HOSTNAME_LABEL = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
"""Labels of every node, over which pods are spread."""
INSTANCE_TYPE_LABEL, CAPACITY_TYPE_LABEL = "node.kubernetes.io/instance-type", "karpenter.sh/capacity-type"
"""Labels of a node of Karpenter's: its EC2 instance type, and how it is bought (`spot`, `on-demand`, `reserved`)."""
MAX_EXECUTION_LABEL = "kueue.x-k8s.io/max-exec-time-seconds"
"""Label of a job: the seconds that it may be admitted, over all its starts, before Kueue deactivates it."""
INFERENCE_SERVICE_LABEL = "serving.kserve.io/inferenceservice"
"""The label by which KServe marks the pods of an InferenceService. Value: its name."""

# Resources that pods request.
GPU_RESOURCE = "nvidia.com/gpu"
NEURON_RESOURCE = "aws.amazon.com/neuron"
NEURON_CORE_RESOURCE = "aws.amazon.com/neuroncore"
EFA_RESOURCE = "vpc.amazonaws.com/efa"
EPHEMERAL_STORAGE = "ephemeral-storage"

# How a container gets NVIDIA's GPUs.
TOOLKIT_REFUSES = "accept-nvidia-visible-devices-envvar-when-unprivileged=false"
"""The setting by which NVIDIA's container toolkit takes no container's word for its GPUs, but one's with SYS_ADMIN."""
DEVICES_BY_CDI = "cdi-cri"
"""The strategy by which the device plugin tells containerd, and no environment variable, which GPUs a container has."""
DEVICE_VARIABLES = ("NVIDIA_VISIBLE_DEVICES", "NVIDIA_IMEX_CHANNELS")
"""Environment variables by which a container would name devices of its node."""

# Parts of a team's models bucket. What serves lies outside of all of them.
SCRATCH_FOLDER = "scratch"
"""Files that expire."""
CANDIDATES_FOLDER = "candidates"
"""Models that training proposes, of which some are promoted."""
CHECKPOINTS_FOLDER = "checkpoints"
"""Files from which a job resumes."""
TRACKING_FOLDER = "mlflow"
"""Files that runs log in MLflow, whose clients upload them by their pod's own role."""
LINEAGE_FOLDER = "lineage"
"""Records of runs and of candidates, which are written once."""
CANDIDATE_TAG, RELEASE_TAG = "candidate-", "release-"
"""Beginnings of tags of images: the oldest candidates are deleted, and a release is not, a candidate before too."""
WORKING_FOLDERS = (CANDIDATES_FOLDER, CHECKPOINTS_FOLDER, TRACKING_FOLDER, SCRATCH_FOLDER)
"""Folders in which training may replace what is there."""

# Names of objects that one layer makes and another refers to.
TRAINER_ACCOUNT = "trainer"
"""The service account that jobs of a team run as."""
SERVER_ACCOUNT = "server"
"""The service account that endpoints of a team run as."""
PROMOTER_ACCOUNT = "promoter"
"""The service account that creates what endpoints load."""
MONITOR_ACCOUNT = "monitor"
"""The service account of the jobs that judge a team's models, which alone reads what they judge by."""
LOGGER_ACCOUNT = "logger"
"""The service account of the collector of an inference log, which alone writes to it and reads none of it."""
SERVICE_ACCOUNTS = (TRAINER_ACCOUNT, SERVER_ACCOUNT, PROMOTER_ACCOUNT)
"""The service accounts of every team, each with a role of its own in AWS."""
PROMOTION = "promotion"
"""The ConfigMap of the script that proposes and promotes models, and the volume that mounts it."""
GRAFANA_SECRET = "grafana-sign-in"
"""The Secret in Prometheus' namespace with the secret of Grafana's client at the company's login."""
NODE_AGENTS_NAMESPACE = "node-agents"
"""The namespace of what runs on every node: DCGM's exporter stands in the series of a GPU that no pod holds."""
HAND_OVER_NAMESPACE = "hand-overs"
"""The namespace in which new file systems are handed over to teams, by Jobs of root with two of its capabilities."""
HAND_OVER_ACCOUNT = "hand-over"
"""The service account of those Jobs."""
TEAM_UID, TEAM_GID = 1000, 1000
"""The user and the group that jobs of a team run as, and that own the directories they write in."""
WORK_DIRECTORY = "/work"
"""The directory of every file system that its team writes in, beside those whose links export."""
GENERAL_POOL = "general"
"""The pool for work without accelerators, and the value of the pool label of its nodes."""
TORCH_RUNTIME = "torch-distributed-2"
"""The platform's ClusterTrainingRuntime. Its number goes up with each change of the spec, which is immutable."""
TRACKING_CONFIG_MAP = "tracking"
"""The ConfigMap that says where the team's MLflow is, which jobs take their environment from (`envFrom`)."""
REGIONAL_BUCKETS = {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"}
"""The variable by which boto3 names S3 by its region in us-east-1, where it else takes the name without one.

Private DNS of the VPC's endpoint is for the names of the region.
"""
NOTEBOOK = "notebook-"
"""The start of the names of a person's notebook, and of the claim of the home that is mounted in it alone."""
HUBS, HUB_ACCOUNT = "-notebooks", "hub"
"""The end of the name of a team's hub's namespace, and the service account by which the hub makes notebooks."""
WORKER_SERVICE = "workers"
"""The headless Service by which the pods of a Job find each other.

Pod 0 of an indexed Job `train` that names this subdomain is `train-0.workers`.
"""

# Names in AWS.
DISCOVERY_TAG = "karpenter.sh/discovery"
"""Tag of the subnets and the security group that nodes are started in. Its value is the cluster's name."""
POD_NAMESPACE_KEY = "aws:PrincipalTag/kubernetes-namespace"
"""The tag that EKS Pod Identity sets on every session; the namespace of a team bears its stack's name."""
POD_ACCOUNT_KEY = "aws:PrincipalTag/kubernetes-service-account"
"""Another of these tags: the service account that the pod runs as."""
GUARDDUTY_AGENT_ADDON = "aws-guardduty-agent"
BUDGETS_SERVICE = "budgets.amazonaws.com"
CLOUDTRAIL_SERVICE = "cloudtrail.amazonaws.com"
CLOUDWATCH_SERVICE = "cloudwatch.amazonaws.com"
CONFIG_SERVICE = "config.amazonaws.com"
EC2_SERVICE = "ec2.amazonaws.com"
ECR_SERVICE = "ecr.amazonaws.com"
EVENTS_SERVICE = "events.amazonaws.com"
POD_IDENTITY_SERVICE = "pods.eks.amazonaws.com"

# Type tokens of Pulumi resources.
PULUMI_STACK = "pulumi:pulumi:Stack"
AWS_PROVIDER = "pulumi:providers:aws"
KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
ACCESS_ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry"
ACCESS_POLICY_ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
AMP_WORKSPACE = "aws:amp/workspace:Workspace"
AMP_WORKSPACE_CONFIGURATION = "aws:amp/workspaceConfiguration:WorkspaceConfiguration"
BACKUP_PLAN = "aws:backup/plan:Plan"
BACKUP_SELECTION = "aws:backup/selection:Selection"
BACKUP_VAULT = "aws:backup/vault:Vault"
BACKUP_VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ANOMALY_SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription"
BUDGET = "aws:budgets/budget:Budget"
BUDGET_ACTION = "aws:budgets/budgetAction:BudgetAction"
CLOUD_CONTROL_RESOURCE = "aws:cloudcontrol/resource:Resource"
CONFIG_RECORDER = "aws:cfg/recorder:Recorder"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
DELIVERY_CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
DETECTOR_FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
EC2_TAG = "aws:ec2/tag:Tag"
ECR_LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ECR_CACHE_RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
ECR_CREATION_TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
ECR_REPOSITORY = "aws:ecr/repository:Repository"
ECR_REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
EKS_ADDON = "aws:eks/addon:Addon"
EKS_CLUSTER = "aws:eks/cluster:Cluster"
EKS_IDENTITY_PROVIDER = "aws:eks/identityProviderConfig:IdentityProviderConfig"
EKS_NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
GUARDDUTY_DETECTOR = "aws:guardduty/detector:Detector"
IAM_OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
IAM_POLICY = "aws:iam/policy:Policy"
IAM_ROLE = "aws:iam/role:Role"
IAM_ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
IAM_ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
KMS_ALIAS = "aws:kms/alias:Alias"
KMS_KEY = "aws:kms/key:Key"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
LOG_RESOURCE_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
LUSTRE_FILE_SYSTEM = "aws:fsx/lustreFileSystem:LustreFileSystem"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ALERTMANAGER_CONFIG = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
PROMETHEUS_RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
METRIC_FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
POD_IDENTITY_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
RECORDER_STATUS = "aws:cfg/recorderStatus:RecorderStatus"
REGISTRY_SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
ROUTE = "aws:ec2/route:Route"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
S3_BUCKET = "aws:s3/bucket:Bucket"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SERVICE_LINKED_ROLE = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
SNS_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
SNS_TOPIC = "aws:sns/topic:Topic"
SNS_TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
SQS_QUEUE = "aws:sqs/queue:Queue"
SQS_QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
SUBNET = "aws:ec2/subnet:Subnet"
TRACE_DESTINATION = "aws:xray/traceSegmentDestination:TraceSegmentDestination"
TRAIL = "aws:cloudtrail/trail:Trail"
VPC = "aws:ec2/vpc:Vpc"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
CLUSTER_QUEUE = "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
EC2_NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
HELM_CHART = "kubernetes:helm.sh/v4:Chart"
"""A chart whose objects Pulumi makes itself, here for definitions alone: `DEFINITIONS_ALONE` drops everything else."""
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
HELM_RELEASE = "kubernetes:helm.sh/v3:Release"
INFERENCE_SERVICE = "kubernetes:serving.kserve.io/v1beta1:InferenceService"
NAMESPACE = "kubernetes:core/v1:Namespace"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
RESOURCE_QUOTA = "kubernetes:core/v1:ResourceQuota"
SERVICE = "kubernetes:core/v1:Service"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
STORAGE_CONTAINER = "kubernetes:serving.kserve.io/v1alpha1:ClusterStorageContainer"
"""KServe's container that loads a model into a pod of an endpoint."""

DEFINITIONS_ALONE: Mapping[str, Any] = {
    "command": "awk",
    "args": [r"/^# Source: /{keep = /\/crds\// && !/\/templates\//} keep"],
}
"""The filter of a rendered chart that keeps what comes from its `crds` folders, by Helm's comment on top."""


def calls_label(stack: str) -> str:
    """Label of a namespace whose pods may call the endpoints of a stack. Value: `true`."""
    return f"calls.{DOMAIN}/{stack}"


def owned(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels of an object that a team's members may not change, though they may write others of its kind."""
    return {**labels, OWNED_LABEL: "stack"}


Rights = Literal["develop", "operate", "view", "submit"]
"""Rights in a team's namespace: of people who make jobs, who keep them running, who look, and of the team's CI."""
RIGHTS: tuple[Rights, ...] = ("develop", "operate", "view", "submit")
RESTART_VERB = "restart"
"""The verb by which RBAC says who may delete pods that endpoints have made, to have them made anew."""
OIDC_PREFIX = "oidc:"
"""The beginning of the names of people and groups that come by the cluster's OIDC identity provider."""


def rights_group(stack: str, rights: Rights = "develop") -> str:
    """The Kubernetes group of those who have some rights in a team's namespace by an IAM role."""
    return f"paved:{stack}" if rights == "develop" else f"paved:{stack}:{rights}"


def hub_namespace(stack: str) -> str:
    """The namespace of the hub of a team's notebooks. Members read no object of it that holds a secret."""
    return f"{stack}{HUBS}"


PROMOTERS = ":promoters"
"""The end of the name of a promoters' group."""


def promoters_group(stack: str) -> str:
    """The Kubernetes group of those who decide which models of a team serve."""
    return f"{rights_group(stack)}{PROMOTERS}"
