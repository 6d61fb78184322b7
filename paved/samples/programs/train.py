"""Trains a small network on made-up data, on every GPU that torchrun starts it on. Put your own in its place.

SHARDED=1 splits the parameters over the GPUs (FSDP), otherwise each holds all of them (DDP).
"""

import io
import os

import boto3
import record
import resume
import torch
import torch.distributed as dist
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict, set_state_dict
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

STEPS, EVERY = int(os.environ.get("STEPS", "2000")), int(os.environ.get("EVERY", "100"))
WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


class Training:
    """The model and its optimizer, as the checkpoint has them."""

    def __init__(self, device, metric):
        self.device, self.metric = device, metric
        torch.manual_seed(0)  # every rank starts from the same parameters
        layers = [torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Linear(512, 1)]
        model = torch.nn.Sequential(*layers).to(device)
        if os.environ.get("SHARDED") == "1":
            self.model = fully_shard(model)
        else:
            self.model = DistributedDataParallel(model)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3)

    def step(self, number):
        torch.manual_seed(number * dist.get_world_size() + dist.get_rank())
        inputs = torch.randn(64, 512, device=self.device)
        loss = torch.nn.functional.mse_loss(self.model(inputs), inputs.sum(dim=1, keepdim=True))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        if number % 10 == 0 and dist.get_rank() == 0:
            value = loss.item()
            print(f"step {number} loss {value:.4f}", flush=True)
            self.metric("loss", value, number)

    def write(self):
        buffer = io.BytesIO()
        torch.save(get_state_dict(self.model, self.optimizer, options=WHOLE), buffer)
        return buffer.getvalue()

    def read(self, data):
        model, optimizer = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        set_state_dict(
            self.model,
            self.optimizer,
            model_state_dict=model,
            optim_state_dict=optimizer,
            options=StateDictOptions(full_state_dict=True),
        )


def agreed(device):
    """All ranks stop where one of them is told to."""

    def ask(told):
        flag = torch.tensor(int(told), device=device)
        dist.all_reduce(flag, op=dist.ReduceOp.MAX)
        return bool(flag.item())

    return ask


def main():
    gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if gpu else torch.device("cpu")
    if gpu:
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if gpu else "gloo")
    training = Training(device, record.recorder(dist.get_rank() == 0))
    resume.run(
        training.step,
        training,
        resume.Checkpoints(os.environ["CHECKPOINT"], boto3.client("s3")),
        steps=STEPS,
        every=EVERY,
        writes=dist.get_rank() == 0,
        agreed=agreed(device),
    )
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
