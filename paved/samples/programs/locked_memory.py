"""The memory that a process may lock, which NCCL's buffers need to be registered with EFA."""

import json
import os
import resource

KIB, GIB = 1024, 1024**3


def too_little(least_gib: int) -> str | None:
    """Print `ulimit -l` once for each node, in KiB; return what is wrong with it, None where nothing is."""
    limit, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    unlimited = limit == resource.RLIM_INFINITY
    shown = "unlimited" if unlimited else limit // KIB
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print(json.dumps({"node": os.uname().nodename, "ulimit_l_kib": shown}), flush=True)
    if unlimited or limit >= least_gib * GIB:
        return None
    return f"`ulimit -l` is {shown} KiB and must be {least_gib * GIB // KIB}: NCCL cannot register its buffers with EFA"
