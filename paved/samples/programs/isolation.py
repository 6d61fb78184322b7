"""Tries to have more GPUs of the node than the job requests, and fails where it gets them.

A ConfigMap puts NVIDIA_VISIBLE_DEVICES=all into its environment, as an image of anybody's may; admission sees neither.
A container that has a GPU has its device file, /dev/nvidia0 and so on, and may open it.
"""

import json
import os
import re
import sys
from pathlib import Path


def gpus(folder: Path) -> list[str]:
    """The device files of the GPUs that this container has."""
    return sorted(each.name for each in folder.iterdir() if re.fullmatch(r"nvidia\d+", each.name))


def complaint(asked: int, found: list[str]) -> str | None:
    """What is wrong with the GPUs that were found; None where they are as many as were requested."""
    if len(found) == asked:
        return None
    return f"the job requests {asked} GPUs and has {len(found)}: {', '.join(found) or 'none'}"


def main() -> None:
    asked, found = int(os.environ["GPUS"]), gpus(Path("/dev"))
    says = os.environ.get("NVIDIA_VISIBLE_DEVICES")
    print(json.dumps({"requested": asked, "has": found, "environment": says}), flush=True)
    sys.exit(complaint(asked, found))


if __name__ == "__main__":
    main()
