"""`speed_test`: how fast the current model decodes, and how fast this device could decode at best."""

import time
from dataclasses import asdict

from steering_worker.engines.shape import shape_of
from steering_worker.engines.speed.decode_rate import PROMPT_TOKENS, columns_of, decode_rate
from steering_worker.engines.speed.device_rates import memory_bandwidth, square_matmul_rate
from steering_worker.engines.speed.roofline import roofline, step_work
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import SpeedTest
from steering_worker.session import Session


def speed_test(session: Session, body: SpeedTest, request: Message, progress: Progress) -> Answer:
    started = time.monotonic()
    held = session.held
    shape, architecture = shape_of(held.loaded), held.loaded.architecture
    if PROMPT_TOKENS + body.new_tokens > architecture.max_positions:
        raise WorkerError(
            "prompt_too_long",
            f"The speed test's prompt of {PROMPT_TOKENS} tokens and new_tokens {body.new_tokens} exceed the "
            f"{architecture.max_positions} positions of `{held.loaded.ref}`.",
            "Lower new_tokens.",
        )
    bandwidth = memory_bandwidth(shape.device, progress)
    matmul_flops = square_matmul_rate(shape.dtype, shape.device, progress)
    decoded = decode_rate(held.engine, shape, body.rows, body.new_tokens, progress)
    work = step_work(architecture, shape.dtype.itemsize, decoded.rows, columns_of(body.new_tokens))
    best = roofline(work, matmul_flops, bandwidth)
    return Answer(
        {
            "bandwidth": bandwidth,
            "matmul_flops": matmul_flops,
            "realised_rows": decoded.realised_rows,
            "tokens_per_second": decoded.tokens_per_second,
            "step": asdict(work),
            "roofline": asdict(best),
            "share": decoded.tokens_per_second / best.tokens_per_second,
            "seconds": time.monotonic() - started,
        }
    )
