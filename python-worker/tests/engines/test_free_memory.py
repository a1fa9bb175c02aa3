"""Free memory is the least that the host and the limits on the process leave."""

from pathlib import Path

import pytest
import torch

from steering_worker.engines.batched import free_memory
from steering_worker.engines.batched.free_memory import WORKERS, cgroup_bytes, free_bytes, host_bytes, workers_on_host

MIB = 1 << 20


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_host_says_what_is_available(tmp_path: Path) -> None:
    write(tmp_path / "meminfo", "MemTotal:  9000 kB\nMemFree:  10 kB\nMemAvailable:    2048 kB\n")
    assert host_bytes(tmp_path) == 2 * MIB


def test_a_host_that_does_not_say_gives_half_of_its_memory(tmp_path: Path) -> None:
    assert MIB < host_bytes(tmp_path / "absent") < 1 << 50


def test_limits_of_version_two_hold_for_the_group_and_its_ancestors(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "0::/job/task\n")
    for group, limit, taken in (("job", str(100 * MIB), 60 * MIB), ("job/task", "max", 10 * MIB)):
        write(tmp_path / group / "memory.max", f"{limit}\n")
        write(tmp_path / group / "memory.current", f"{taken}\n")
        write(tmp_path / group / "memory.stat", f"anon 5\ninactive_file {20 * MIB}\nactive_file 7\n")
    assert list(cgroup_bytes(tmp_path / "proc", tmp_path)) == [60 * MIB]


def test_limits_of_version_one_are_found_under_the_memory_controller(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "5:cpu,cpuacct:/other\n4:memory:/job\n0::/\n")
    write(tmp_path / "memory/job/memory.limit_in_bytes", f"{50 * MIB}\n")
    write(tmp_path / "memory/job/memory.usage_in_bytes", f"{55 * MIB}\n")
    write(tmp_path / "memory/job/memory.stat", "cache 3\ninactive_file 0\n")
    assert list(cgroup_bytes(tmp_path / "proc", tmp_path)) == [0]


def test_no_cgroup_is_no_limit(tmp_path: Path) -> None:
    assert list(cgroup_bytes(tmp_path, tmp_path)) == []


def test_this_machine_has_memory_left() -> None:
    assert MIB < free_bytes(torch.device("cpu")) <= host_bytes() + 64 * MIB


def test_workers_share_the_memory_of_the_host_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_memory, "host_bytes", lambda: 90 * MIB)
    monkeypatch.setattr(free_memory, "cgroup_bytes", lambda *_: iter([60 * MIB]))
    for said, share in (("1", 60), ("4", 15)):
        monkeypatch.setenv(WORKERS, said)
        assert free_bytes(torch.device("cpu")) == share * MIB
    monkeypatch.delenv(WORKERS)
    assert workers_on_host() == 1


def test_what_torch_keeps_of_a_device_is_free_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (100, 500))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 80)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 50)
    # A device is a worker's own.
    monkeypatch.setenv(WORKERS, "4")
    assert free_bytes(torch.device("cuda", 0)) == 130
