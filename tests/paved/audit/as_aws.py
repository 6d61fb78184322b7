"""What AWS would answer where the simulator has nothing: each answer held to AWS's own model of the call."""

from collections.abc import Mapping
from typing import Any

from botocore.validate import validate_parameters

from paved.plan.model import Plan, PlannedResource
from tests.paved.audit.as_eks import AsEks
from tests.paved.audit.as_lists import AsLists
from tests.paved.audit.planned import ARN, Answer, answers, given


class AsAws(AsEks, AsLists):
    """Clients of a rehearsed account that also answer what the simulator lacks, as the plans would have it."""

    def __init__(self, session: Any, *plans: Plan):
        super().__init__(*plans)
        self._session = session
        marked = {name: method for each in AsAws.__mro__ for name, method in vars(each).items()}
        self.answers: dict[str, Answer] = {
            made.call: getattr(self, name) for name, made in marked.items() if hasattr(made, "call")
        }

    def __call__(self, service: str, region: str) -> Any:
        return _Client(self._session.client(service, region_name=region), service, self.answers)

    @answers("budgets.DescribeBudgetActionsForBudget")
    def describe_budget_actions_for_budget(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned("aws:budgets/budgetAction:BudgetAction", budgetName=request["BudgetName"])
        threshold, definition = (
            made.inputs["actionThreshold"],
            made.inputs["definition"]["iamActionDefinition"],
        )
        [policy] = [each for each in self.all("aws:iam/policy:Policy") if each.name == made.name]
        return {
            "Actions": [
                {
                    "ActionId": "12345678-1234-1234-1234-123456789012",
                    "ActionThreshold": {
                        "ActionThresholdValue": float(threshold["actionThresholdValue"]),
                        "ActionThresholdType": threshold["actionThresholdType"],
                    },
                    "ActionType": made.inputs["actionType"],
                    "ApprovalModel": made.inputs["approvalModel"],
                    "BudgetName": request["BudgetName"],
                    "Definition": {
                        "IamActionDefinition": {
                            "PolicyArn": f"arn:aws:iam::111122223333:policy/{policy.inputs['name']}",
                            "Roles": definition["roles"],
                        }
                    },
                    "ExecutionRoleArn": self.role_arn(made, "executionRoleArn"),
                    "NotificationType": made.inputs["notificationType"],
                    "Status": "STANDBY",
                    "Subscribers": [
                        {"Address": each["address"], "SubscriptionType": each["subscriptionType"]}
                        for each in made.inputs["subscribers"]
                    ],
                }
            ]
        }

    @answers("budgets.DescribeSubscribersForNotification")
    def describe_subscribers_for_notification(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned("aws:budgets/budget:Budget", name=request["BudgetName"])
        wanted = (request["Notification"]["NotificationType"], request["Notification"]["Threshold"])
        [found] = [
            each
            for each in made.inputs["notifications"]
            if (each["notificationType"], each["threshold"]) == wanted
        ]
        kinds = (("EMAIL", "subscriberEmailAddresses"), ("SNS", "subscriberSnsTopicArns"))
        readers = [(kind, address) for kind, key in kinds for address in found.get(key) or ()]
        return {
            "Subscribers": [
                {"SubscriptionType": kind, "Address": address} for kind, address in reversed(readers)
            ]
        }

    @answers("budgets.ListTagsForResource")
    def list_tags_for_resource(self, _: Any, request: Mapping[str, Any]) -> Any:
        name = request["ResourceARN"].split("/")[1]
        made = self.planned("aws:budgets/budget:Budget", name=name)
        pairs = sorted(self.tags(made).items())
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in pairs]}

    @answers("ec2.DescribePlacementGroups")
    def describe_placement_groups(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned("aws:ec2/placementGroup:PlacementGroup", name=request["GroupNames"][0])
        return {
            "PlacementGroups": [
                {
                    "GroupName": request["GroupNames"][0],
                    "GroupArn": ARN.format("ec2", f"placement-group/{request['GroupNames'][0]}"),
                    "GroupId": "pg-1",
                    "State": "available",
                    "Strategy": made.inputs["strategy"],
                    "Tags": self._pairs(made),
                }
            ]
        }

    @answers("fsx.DescribeFileSystems")
    def describe_file_systems(self, real: Any, _asked: Mapping[str, Any]) -> Any:
        listed = real()["FileSystems"]
        return {"FileSystems": [{**each, "FileSystemTypeVersion": "2.15"} for each in listed]}

    @answers("fsx.DescribeDataRepositoryAssociations")
    def describe_data_repository_associations(self, _: Any, request: Mapping[str, Any]) -> Any:
        [only] = request["Filters"]
        return {
            "Associations": [
                {
                    "AssociationId": f"dra-{index:017x}",
                    "ResourceARN": ARN.format("fsx", f"association/{index}"),
                    "FileSystemId": only["Values"][0],
                    "FileSystemPath": each.inputs["fileSystemPath"],
                    "DataRepositoryPath": each.inputs["dataRepositoryPath"],
                    "S3": {
                        f"{key[0].upper()}{key[1:]}": {"Events": value["events"]}
                        for key, value in each.inputs.get("s3", {}).items()
                    },
                    "Tags": self._pairs(each),
                }
                for index, each in enumerate(
                    self.all("aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation")
                )
            ]
        }

    @answers("guardduty.GetDetector")
    def get_detector(self, real: Any, request: Mapping[str, Any]) -> Any:
        answer = real(**request)
        answer.pop("ResponseMetadata")
        features = [
            {
                "Name": each.inputs["name"],
                "Status": each.inputs["status"],
                "AdditionalConfiguration": [
                    {"Name": agent["name"], "Status": agent["status"]}
                    for agent in each.inputs.get("additionalConfigurations", ())
                ],
            }
            for each in self.all("aws:guardduty/detectorFeature:DetectorFeature")
        ]
        return {**answer, "Features": features}

    @answers("xray.GetTraceSegmentDestination")
    def get_trace_segment_destination(self, *_: Any) -> Any:
        [made] = self.all("aws:xray/traceSegmentDestination:TraceSegmentDestination")
        return {"Destination": made.inputs["destination"], "Status": "ACTIVE"}

    @answers("accessanalyzer.GetAnalyzer")
    def get_analyzer(self, _: Any, request: Mapping[str, Any]) -> Any:
        made = self.planned("aws:accessanalyzer/analyzer:Analyzer", analyzerName=request["analyzerName"])
        return {
            "analyzer": {
                **given(made, "configuration", "type"),
                "arn": ARN.format("access-analyzer", f"analyzer/{request['analyzerName']}"),
                "createdAt": "2026-11-21T00:00:00Z",
                "name": request["analyzerName"],
                "status": "ACTIVE",
                "tags": self.tags(made),
            }
        }

    @answers("s3.GetBucketNotificationConfiguration")
    def get_bucket_notification_configuration(self, _: Any, request: Mapping[str, Any]) -> Any:
        type = "aws:s3/bucketNotification:BucketNotification"
        buckets = [each.inputs["bucket"] for each in self.all(type)]
        return {"EventBridgeConfiguration": {}} if request["Bucket"] in buckets else {}

    @answers("sqs.GetQueueAttributes")
    def get_queue_attributes(self, real: Any, request: Mapping[str, Any]) -> Any:
        has = real(QueueUrl=request["QueueUrl"], AttributeNames=request["AttributeNames"])["Attributes"]
        made = self.planned("aws:sqs/queue:Queue", name=request["QueueUrl"].rpartition("/")[2])
        allowed = made.inputs.get("redriveAllowPolicy")
        return {"Attributes": {**has, **({"RedriveAllowPolicy": allowed} if allowed else {})}}

    @answers("amp.DescribeWorkspace")
    def describe_workspace(self, real: Any, request: Mapping[str, Any]) -> Any:
        workspace = real(**request)["workspace"]
        keys = self._session.client("kms", region_name="us-east-1")
        key = keys.describe_key(KeyId=f"alias/{workspace['alias']}-metrics")["KeyMetadata"]["Arn"]
        return {"workspace": {**workspace, "kmsKeyArn": key}}

    @answers("amp.DescribeWorkspaceConfiguration")
    def describe_workspace_configuration(self, _real: Any, _asked: Mapping[str, Any]) -> Any:
        [made] = self.all("aws:amp/workspaceConfiguration:WorkspaceConfiguration")
        return {
            "workspaceConfiguration": {
                "status": {"statusCode": "ACTIVE"},
                "limitsPerLabelSet": made.inputs["limitsPerLabelSets"],
                **given(made, "retentionPeriodInDays"),
            }
        }

    @answers("sagemaker.DescribeMlflowTrackingServer")
    def describe_mlflow_tracking_server(self, _: Any, request: Mapping[str, Any]) -> Any:
        type = "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer"
        made = self.planned(type, trackingServerName=request["TrackingServerName"])
        size = made.inputs["trackingServerSize"]
        return {
            "ArtifactStoreUri": made.inputs["artifactStoreUri"],
            "AutomaticModelRegistration": made.inputs["automaticModelRegistration"],
            "MlflowVersion": "3.0",
            "RoleArn": self.role_arn(made, "roleArn"),
            "TrackingServerArn": ARN.format(
                "sagemaker", f"mlflow-tracking-server/{request['TrackingServerName']}"
            ),
            "TrackingServerName": request["TrackingServerName"],
            "TrackingServerSize": size,
            "WeeklyMaintenanceWindowStart": made.inputs["weeklyMaintenanceWindowStart"],
        }

    @answers("sagemaker.ListTags")
    def list_tags(self, _: Any, request: Mapping[str, Any]) -> Any:
        if "mlflow" not in request["ResourceArn"]:
            return {"Tags": []}
        [made] = self.all("aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer")
        return {"Tags": self._pairs(made)}

    def _pairs(self, resource: PlannedResource) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in sorted(self.tags(resource).items())]


class Clients:
    """Clients of a rehearsed account with answers of a test in place of some of its own."""

    def __init__(self, session: Any, answers: dict[str, Answer]):
        self._session, self.answers = session, answers

    def __call__(self, service: str, region: str) -> Any:
        return _Client(self._session.client(service, region_name=region), service, self.answers)


class _Client:
    """A client some of whose methods are answered here, the request and the answer held to AWS's model."""

    def __init__(self, real: Any, service: str, answers: Mapping[str, Answer]):
        self._real, self._service, self._answers = real, service, answers
        self._calls = {
            method: f"{service}.{operation}" for method, operation in real.meta.method_to_api_mapping.items()
        }

    def __getattr__(self, name: str) -> Any:
        call = self._calls.get(name)
        if call not in self._answers:
            return getattr(self._real, name)
        return lambda **params: self._answered(name, call, params)

    def can_paginate(self, name: str) -> bool:
        return self._calls[name] not in self._answers and self._real.can_paginate(name)

    def _answered(self, name: str, call: str, params: Mapping[str, Any]) -> Any:
        model = self._real.meta.service_model.operation_model(call.partition(".")[2])
        if model.input_shape:  # some calls take nothing
            validate_parameters(params, model.input_shape)
        answer = self._answers[call](getattr(self._real, name, None), params)
        answer = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        validate_parameters(answer, model.output_shape)
        return answer
