"""An account that answers about budgets as AWS would."""

import json
from datetime import UTC, datetime

from reference.vocabulary import BUDGET
from tests.paved.audit.as_aws import AsAws

MONITOR = "arn:aws:ce::111122223333:anomalymonitor/0b7b1a3c-0000-4000-8000-000000000000"
OF_VISION = {"Tags": {"Key": "team", "Values": ["vision"], "MatchOptions": ["EQUALS"]}}
USD = {"Unit": "USD"}
SPENT = {"ActualSpend": {"Amount": "61250.5", **USD}, "ForecastedSpend": {"Amount": "98000", **USD}}


class BudgetAccount(AsAws):
    """An account whose budget has spent something, and whose readers have confirmed."""

    def __init__(self, session, *plans):
        super().__init__(session, *plans)
        self.answers |= {
            "budgets.DescribeBudget": self.describe_budget,
            "budgets.DescribeSubscribersForNotification": self.describe_subscribers,
            "ce.GetAnomalyMonitors": self.get_anomaly_monitors,
            "ce.GetAnomalySubscriptions": self.get_anomaly_subscriptions,
            "ce.ListCostAllocationTags": self.list_cost_allocation_tags,
        }

    def describe_budget(self, real, request):
        budget = real(**request)["Budget"]
        start = datetime(2026, 9, 1, tzinfo=UTC)
        return {
            "Budget": {
                **budget,
                "CalculatedSpend": SPENT,
                "TimePeriod": {"Start": start, "End": budget["TimePeriod"]["End"]},
                "HealthStatus": {"Status": "HEALTHY"},
                "BillingViewArn": "arn:aws:billing::111122223333:billingview/primary",
                "Metrics": ["AmortizedCost"],
                **({"FilterExpression": OF_VISION} if budget["CostFilters"] else {}),
            }
        }

    def describe_subscribers(self, real, request):
        """The subscribers of a notification, and of one that was tampered with as of the first."""
        budget = self.planned(BUDGET, name=request["BudgetName"])
        notification = budget.inputs["notifications"][0]
        changed = {"NotificationType": "ACTUAL", "Threshold": float(notification["threshold"])}
        return self.describe_subscribers_for_notification(real, {**request, "Notification": changed})

    def list_cost_allocation_tags(self, _, _request):
        tag = {"TagKey": "team", "Type": "UserDefined", "Status": "Active"}
        return {"CostAllocationTags": [{**tag, "LastUpdatedDate": "2026-10-01T00:00:00Z"}]}

    def get_anomaly_monitors(self, _, _request):
        [monitor] = self.all("aws:cloudcontrol/resource:Resource")
        state = json.loads(monitor.inputs["desiredState"])
        state.pop("ResourceTags")
        specification = json.loads(state["MonitorSpecification"])
        return {
            "AnomalyMonitors": [
                {
                    **state,
                    "MonitorArn": MONITOR,
                    "MonitorSpecification": specification,
                    "DimensionalValueCount": 3,
                }
            ]
        }

    def get_anomaly_subscriptions(self, _, _request):
        [planned] = self.all("aws:costexplorer/anomalySubscription:AnomalySubscription")
        dimensions = [each["dimension"] for each in planned.inputs["thresholdExpression"]["ors"]]
        members = [{key[0].upper() + key[1:]: value for key, value in each.items()} for each in dimensions]
        subscribers = [
            {"Address": each["address"], "Type": each["type"], "Status": "CONFIRMED"}
            for each in planned.inputs["subscribers"]
        ]
        return {
            "AnomalySubscriptions": [
                {
                    "SubscriptionArn": MONITOR.replace("monitor", "subscription"),
                    "SubscriptionName": planned.inputs["name"],
                    "MonitorArnList": [MONITOR],
                    "Frequency": planned.inputs["frequency"],
                    "Subscribers": subscribers,
                    "ThresholdExpression": {"Or": [{"Dimensions": each} for each in members]},
                }
            ]
        }

    def change(self, call, changed):
        """Let an answer be changed before it is given."""
        before = self.answers.get(call, lambda real, request: real(**request))

        def answer(real, request):
            made = before(real, request)
            made.pop("ResponseMetadata", None)
            other = changed(made)
            return made if other is None else other

        self.answers[call] = answer
