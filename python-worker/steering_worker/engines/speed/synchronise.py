"""Waiting for a device, whatever its kind."""

import torch


def synchronise(device: torch.device) -> None:
    """Wait until an accelerator has done what it was given; a CPU has done it when the call returns."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
