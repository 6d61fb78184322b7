"""Measures all-reduce over every GPU of a job, as nccl-tests does: bus bandwidth by message size, in GB/s.

Bus bandwidth is the message divided by the time, times 2(n-1)/n for n GPUs: it does not depend on n, and compares
with the links. LEAST_GBPS, where given, is the least that the largest message must reach; LEAST_LOCKED_GIB the least
memory that every process may lock.
"""

import json
import os
import sys
import time

import torch
import torch.distributed as dist
from locked_memory import too_little

MIB = 1024 * 1024
SIZES = [8 * MIB * 2**power for power in range(int(os.environ.get("DOUBLINGS", "8")) + 1)]
WARM_UP, ROUNDS = 5, 20


def bus_bandwidth(size, seconds, gpus):
    """GB/s, of 10^9 bytes."""
    return size / seconds * 2 * (gpus - 1) / gpus / 1e9


def seconds_per_round(tensor):
    """The mean time of one all-reduce."""
    for _ in range(WARM_UP):
        dist.all_reduce(tensor)
    settle(tensor)
    start = time.perf_counter()
    for _ in range(ROUNDS):
        dist.all_reduce(tensor)
    settle(tensor)
    return (time.perf_counter() - start) / ROUNDS


def settle(tensor):
    """Wait until every GPU is done."""
    if tensor.is_cuda:
        torch.cuda.synchronize()
    dist.barrier()


def wrong_sums(device):
    """How many elements of a sum over all ranks are wrong."""
    ranks = dist.get_world_size()
    ones = torch.full((MIB,), float(dist.get_rank()), device=device)
    dist.all_reduce(ones)
    return int((ones != ranks * (ranks - 1) / 2).sum().item())


def main():
    # Told before NCCL fails of it by another name.
    if problem := too_little(int(os.environ.get("LEAST_LOCKED_GIB", "0"))):
        sys.exit(problem)
    gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if gpu else torch.device("cpu")
    if gpu:
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if gpu else "gloo")
    ranks, wrong, reached = dist.get_world_size(), wrong_sums(device), 0.0
    for size in SIZES:
        seconds = seconds_per_round(torch.zeros(size // 4, device=device))
        reached = bus_bandwidth(size, seconds, ranks)
        if dist.get_rank() == 0:
            line = {
                "bytes": size,
                "gpus": ranks,
                "microseconds": round(seconds * 1e6),
                "busbw_gbps": round(reached, 2),
            }
            print(json.dumps(line), flush=True)
    dist.destroy_process_group()
    if wrong or reached < float(os.environ.get("LEAST_GBPS", "0")):
        sys.exit(f"{wrong} wrong sums, {reached:.2f} GB/s at the largest message")


if __name__ == "__main__":
    main()
