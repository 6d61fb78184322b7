"""`paved evidence`: the record of a deployment for an auditor, in files that prove each other."""

from pathlib import Path
from typing import Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, show
from paved.cli.project import StacksDir, stacks_dir
from paved.errors import BadInput, Refused

VERIFY = "verify"


def evidence(
    stack: Annotated[
        str, typer.Argument(metavar="STACK|verify", help="The stack, or `verify`.", show_default=False)
    ],
    written: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The bundle to verify.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write; an earlier bundle is replaced.")
    ] = None,
    approvals: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Approvals as JSON: each names the plan's SHA-256.", show_default=False
        ),
    ] = None,
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """Write the evidence of a stack (`paved evidence STACK --out DIR`), or verify it (`paved evidence verify DIR`)."""
    if stack == VERIFY:
        if written is None or out is not None or approvals is not None:
            raise BadInput("`paved evidence verify` takes the folder of a bundle and nothing else")
        return _verify(written)
    if out is None or written is not None:
        raise BadInput("`paved evidence STACK` needs `--out DIR`, the folder to write")
    return _write(stack, out, approvals, stacks_dir(stacks), as_of)


def _write(stack: str, out: Path, approvals: Path | None, folder: Path, as_of: str | None) -> int:
    from paved.cost.book import book_of
    from paved.cost.data import cost_data
    from paved.cost.stack_cost import Costs
    from paved.evidence.bundle import EvaluatedPlan, bundle, plan_sha256
    from paved.evidence.chain import MANIFEST
    from paved.files import write_folder
    from paved.plan.planner import Planner
    from paved.policy.plan_evaluator import PlanEvaluator

    day = as_of_date(as_of)
    planner = Planner.of_folder(folder, as_of=day)  # without kept plans: it proves what the code does today
    costs = Costs(planner, book_of(None), day)
    evaluator = PlanEvaluator(planner, folder, day, costs.estimated_of)
    plan = planner.plan(stack)
    cost = costs.of(stack, plan)
    report = evaluator.report(plan)
    evaluated = EvaluatedPlan(
        plan=plan,
        config=planner.config(stack).pulumi_config,
        report=report,
        security=evaluator.security_result(report),
        policy_file=evaluator.policy_file,
        cost=cost_data(cost, costs.shares(stack), evaluator.cost_report(plan)),
        as_of=day,
    )
    files = bundle(evaluated, folder, approvals)
    write_folder(out, files, marker=MANIFEST)
    show(f"wrote {len(files)} files to {out}\nplan  {plan_sha256(plan)}")
    hint(f"`paved evidence verify {out}` says whether it is whole")
    return 0


def _verify(folder: Path) -> int:
    from paved.evidence.bundle import verify

    stated, wrong = verify(folder)
    if wrong:
        raise Refused("\n".join(wrong), hint="the bundle is not what was written: ask its author for another")
    show(f"whole: {len(stated['files'])} files of {stated['stack']}\nhead   {stated['head']}")
    show("compare the head with the one that was recorded when the bundle was written")
    return 0
