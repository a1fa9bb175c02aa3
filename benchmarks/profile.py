"""Where the time of a repetition goes, by operation."""

from collections.abc import Callable

SHOWN = 12


def profiled(run: Callable[[], object]) -> list[tuple[str, float]]:
    """The operations that took most of the processor's time, with their shares of all of it."""
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        run()
    events = sorted(recorded.key_averages(), key=lambda event: -event.self_cpu_time_total)
    total = sum(event.self_cpu_time_total for event in events) or 1.0
    return [(str(e.key).replace("aten::", ""), e.self_cpu_time_total / total) for e in events[:SHOWN]]
