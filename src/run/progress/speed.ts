import type { Manifest } from "../../store/manifest.js";
import type { GenerateStages } from "../../worker/block-requests.js";
import type { Loaded } from "../../worker/wire/requests.js";
import type { StageClock } from "./stage-clock.js";

export type SpeedRecord = NonNullable<Manifest["speed"]>;

/** Measurements of one start of a run: how fast its models decoded, and how its wall-clock time was spent. */
export class Speed {
  readonly #clock: StageClock;
  readonly #models = new Map<string, { stages: GenerateStages; tokens: number; samples: number }>();
  readonly #rates = new Map<string, Pick<Loaded, "flops_per_token" | "matmul_flops">>();
  readonly #workers = new Map<string, number>();

  constructor(clock: StageClock) {
    this.#clock = clock;
  }

  /** A worker was busy with a request. */
  answered(request: string, seconds: number): void {
    this.#workers.set(request, (this.#workers.get(request) ?? 0) + seconds);
  }

  loaded(model: string, { flops_per_token, matmul_flops }: Loaded): void {
    this.#rates.set(model, { flops_per_token, matmul_flops });
  }

  generated(model: string, samples: number, tokens: number, stages: GenerateStages): void {
    const before = this.#models.get(model) ?? { stages: NOTHING, tokens: 0, samples: 0 };
    this.#models.set(model, {
      stages: sum(before.stages, stages),
      tokens: before.tokens + tokens,
      samples: before.samples + samples,
    });
  }

  record(): SpeedRecord {
    const seconds = this.#clock.seconds();
    const wall = Object.values(seconds).reduce((total, one) => total + one, 0);
    return {
      seconds: { wall: rounded(wall), ...mapped(seconds) },
      orchestration_share: rounded(seconds.orchestration / wall),
      worker_seconds: mapped(Object.fromEntries(this.#workers)),
      models: Object.fromEntries(
        [...this.#models].map(([name, model]) => [name, this.#modelRecord(name, model)]),
      ),
    };
  }

  #modelRecord(
    name: string,
    { stages, tokens, samples }: { stages: GenerateStages; tokens: number; samples: number },
  ): SpeedRecord["models"][string] {
    const { prefill_seconds, decode_seconds, prefill_tokens, decode_tokens } = stages;
    const { flops_per_token = 0, matmul_flops = null } = this.#rates.get(name) ?? {};
    const known = matmul_flops !== null && decode_seconds > 0;
    return {
      ...{ samples, tokens, prefill_tokens, decode_tokens },
      prefill_seconds: rounded(prefill_seconds),
      decode_seconds: rounded(decode_seconds),
      tokens_per_second: decode_seconds > 0 ? rounded(tokens / (prefill_seconds + decode_seconds)) : null,
      matmul_share: known ? rounded((decode_tokens * flops_per_token) / decode_seconds / matmul_flops) : null,
    };
  }
}

const NOTHING: GenerateStages = {
  prefill_seconds: 0,
  decode_seconds: 0,
  prefill_tokens: 0,
  decode_tokens: 0,
};

function sum(a: GenerateStages, b: GenerateStages): GenerateStages {
  return {
    prefill_seconds: a.prefill_seconds + b.prefill_seconds,
    decode_seconds: a.decode_seconds + b.decode_seconds,
    prefill_tokens: a.prefill_tokens + b.prefill_tokens,
    decode_tokens: a.decode_tokens + b.decode_tokens,
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function mapped<Key extends string>(values: Readonly<Record<Key, number>>): Record<Key, number> {
  return Object.fromEntries(
    Object.entries<number>(values).map(([key, value]) => [key, rounded(value)]),
  ) as Record<Key, number>;
}

/** For the terminal: how the time was spent, and how fast each model was. */
export function speedText({ seconds, orchestration_share, models }: SpeedRecord): string {
  const share = (100 * orchestration_share).toFixed(0);
  const parts = [
    `generation ${seconds.generation.toFixed(1)} s`,
    `sandbox ${seconds.sandbox.toFixed(1)} s`,
    `start of processes ${seconds.start.toFixed(1)} s`,
    `orchestration ${seconds.orchestration.toFixed(1)} s (${share} %)`,
  ];
  const rates = Object.entries(models).map(([name, { tokens_per_second, matmul_share }]) => {
    const ofMatmul =
      matmul_share === null ? "" : ` (${(100 * matmul_share).toFixed(0)} % of its matmul rate)`;
    return `${name} ${Math.round(tokens_per_second ?? 0)} tokens/s a worker${ofMatmul}`;
  });
  return [
    `Time, ${seconds.wall.toFixed(1)} s: ${parts.join(", ")}.`,
    ...(rates.length > 0 ? [`Speed: ${rates.join("; ")}.`] : []),
  ].join("\n");
}
