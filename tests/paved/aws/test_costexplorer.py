"""Cost Explorer: anomaly subscriptions, which AWS's model judges."""

SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription"


def test_a_subscription_is_validated_with_its_whole_expression(account):
    by = [
        {
            "dimension": {
                "key": f"ANOMALY_TOTAL_IMPACT_{unit}",
                "values": ["100"],
                "matchOptions": ["GREATER_THAN_OR_EQUAL"],
            }
        }
        for unit in ("ABSOLUTE", "PERCENTAGE")
    ]
    inputs = {
        "name": "anomalies",
        "frequency": "DAILY",
        "monitorArnLists": ["arn:aws:ce::111122223333:anomalymonitor/0b7b1a3c-0000-4000-8000-000000000000"],
        "subscribers": [{"type": "EMAIL", "address": "finance@example.com"}],
        "thresholdExpression": {"ors": by},
    }
    arn, outputs = account.create(SUBSCRIPTION, inputs)
    assert account.last.status == "validated"
    assert arn == outputs["arn"]
    assert arn.startswith("arn:aws:ce::111122223333:anomalysubscription/")
    by[1]["dimension"]["key"] = "ANOMALY_IMPACT"
    account.rejections(SUBSCRIPTION, inputs, name="again")
    assert (
        account.last.rejections[0].parameter == "AnomalySubscription.ThresholdExpression.Or[1].Dimensions.Key"
    )
