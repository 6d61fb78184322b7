"""Trains a small network on made-up data, on every NeuronCore that torchrun starts it on. Put your own in its place.

Each NeuronCore holds the whole model; gradients are averaged over all of them. The first steps compile.
"""

import io
import os

import boto3
import record
import resume
import torch
import torch.distributed as dist
import torch_xla.core.xla_model as xm
import torch_xla.distributed.xla_backend  # noqa: F401 (it registers the backend `xla`)

STEPS, EVERY = int(os.environ.get("STEPS", "2000")), int(os.environ.get("EVERY", "100"))
BATCH, WIDTH = 64, 512  # never another shape: each is compiled anew


class Training:
    """The model and its optimizer, as the checkpoint has them."""

    def __init__(self, device, metric):
        self.device, self.metric = device, metric
        torch.manual_seed(0)  # every rank starts from the same parameters
        layers = [torch.nn.Linear(WIDTH, WIDTH), torch.nn.ReLU(), torch.nn.Linear(WIDTH, 1)]
        self.model = torch.nn.Sequential(*layers).to(device)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-3, momentum=0.9)

    def step(self, number):
        torch.manual_seed(number * dist.get_world_size() + dist.get_rank())
        inputs = torch.randn(BATCH, WIDTH).to(self.device)
        loss = torch.nn.functional.mse_loss(self.model(inputs), inputs.sum(dim=1, keepdim=True))
        self.optimizer.zero_grad()
        loss.backward()
        xm.optimizer_step(self.optimizer, barrier=True)
        if number % 10 == 0 and dist.get_rank() == 0:
            value = loss.item()
            print(f"step {number} loss {value:.4f}", flush=True)
            self.metric("loss", value, number)

    def write(self):
        buffer = io.BytesIO()
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        xm.save(state, buffer, master_only=False)
        return buffer.getvalue()

    def read(self, data):
        state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])


def agreed(device):
    """All ranks stop where one of them is told to."""

    def ask(told):
        flag = torch.tensor(float(told), device=device)
        dist.all_reduce(flag, op=dist.ReduceOp.SUM)
        return flag.item() > 0

    return ask


def main():
    dist.init_process_group("xla")
    device = xm.xla_device()
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
