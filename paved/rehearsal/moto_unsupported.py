"""The operations that the simulator lacks: the API model checks them, nobody runs them."""

MOTO_UNSUPPORTED = frozenset(
    {
        "accessanalyzer.CreateAnalyzer",
        "backup.CreateBackupSelection",
        "budgets.CreateBudgetAction",
        "ce.CreateAnomalyMonitor",
        "ce.CreateAnomalySubscription",
        "cloudcontrol.CreateResource",
        "ec2.CreateCapacityReservation",
        "ec2.CreatePlacementGroup",
        "ecr.CreatePullThroughCacheRule",
        "eks.AssociateAccessPolicy",
        "eks.CreateAccessEntry",
        "eks.CreateAddon",
        "eks.CreatePodIdentityAssociation",
        "fsx.CreateDataRepositoryAssociation",
        "sagemaker.CreateMlflowTrackingServer",
    }
)
"""A test calls each one, so that an operation leaves this list when moto learns it."""
