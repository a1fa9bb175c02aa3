/** How fast a kind of device goes, as the estimate of time sees it. */
interface Throughput {
  /** Arithmetic that a decode step reaches, per thread on a CPU, per device elsewhere. */
  readonly flops: number;
  /** Bytes of weights read a second; a decode step reads all of them once. */
  readonly bytes: number;
  /** Seconds that one block of the model costs in a step beside arithmetic: hooks, launches, cache. */
  readonly layer_step: number;
  /** Seconds a step costs beside its layers: sampling, bookkeeping. */
  readonly step: number;
}

export type DeviceKind = "cpu" | "cuda" | "mps";

/**
 * Per device. CPU: fitted to the default experiment's blocks (0.2M to 3.6M parameters, 128 rows, two workers of one thread,
 * float32, x86-64 with AVX2). CUDA and MPS: not measured.
 * CUDA: eager kernels are bound by launches, 10 to 20 ms a step for 26 layers, and an H100 or H200 reads some 3.3 TB/s.
 * MPS: an M-class laptop with 200 GB/s.
 */
export const THROUGHPUT: Readonly<Record<DeviceKind, Throughput>> = Object.freeze({
  cpu: Object.freeze({ flops: 60e9, bytes: 12e9, layer_step: 1e-3, step: 8e-3 }),
  cuda: Object.freeze({ flops: 3e14, bytes: 3.3e12, layer_step: 8e-4, step: 3e-3 }),
  mps: Object.freeze({ flops: 4e12, bytes: 2e11, layer_step: 1.2e-3, step: 5e-3 }),
});

/** Everything else that the estimate assumes. */
export const ASSUMPTIONS = Object.freeze({
  /** Share of `max_tokens` that a response takes: most end by themselves, those past the collapse do not. */
  response_share: 0.6,
  /** Characters of a prompt a token, and tokens that a chat template adds to a message. */
  characters_per_token: 4,
  template_tokens: 8,
  /** Share of the rows that are busy in a step: the end of a block runs half empty. */
  occupancy: 0.8,
  /** Seconds until workers answer, and seconds to load a model beside reading its weights. */
  start_seconds: 12,
  load_seconds: 2,
  load_bytes: 1e9,
  /** Interpreter, libraries and activations of a worker. */
  worker_bytes: 1.2e9,
  /** Share of the task samples that are programs not seen before and define the function, and seconds for each. */
  distinct_programs: 0.05,
  program_seconds: 0.004,
});
