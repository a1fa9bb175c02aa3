import type { HelloInfo, Pool } from "../worker/pool.js";
import type { Loaded, ModelLoad, SpeedTestReply } from "../worker/wire/requests.js";
import type { Finding } from "./finding.js";

export interface Measuring {
  readonly pool: Pick<Pool, "load" | "speedTest" | "kill">;
  readonly hello: HelloInfo;
  readonly name: string;
  readonly load: ModelLoad;
  readonly speed: boolean;
  readonly onProgress: (text: string) => void;
  /** After this time the workers are stopped, and the finding says that nothing was measured. */
  readonly limitMs?: number;
}

const SPEED_TEST = { rows: 256, new_tokens: 32 } as const;
const LIMIT_MS = 45_000;
/** A CPU that reaches a smaller share of its roofline is probably shared with other programs. */
const LOW_SHARE = 0.1;

/** Loads a model, which compares its engine with the reference, then measures how fast it decodes. */
export async function measureModel(measuring: Measuring): Promise<Finding[]> {
  const { pool, hello, name, load, speed, onProgress, limitMs = LIMIT_MS } = measuring;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    pool.kill();
  }, limitMs);
  const failed = (what: string, status: Finding["status"], cause: unknown): Finding =>
    late
      ? { what, status: "note", text: lateText(name, limitMs) }
      : { what, status, text: cause instanceof Error ? cause.message : String(cause) };
  try {
    onProgress(`testing ${name}: the engine beside its reference`);
    const loaded = await pool.load(load).catch((cause: unknown) => failed("self-test", "missing", cause));
    if ("what" in loaded) return [loaded];
    const selfTest = selfTestFinding(name, loaded);
    if (!speed) return [selfTest];
    onProgress(`testing ${name}: memory bandwidth, matrix products, decoding`);
    const said = await pool
      .speedTest(load, SPEED_TEST)
      .catch((cause: unknown) => failed("speed", "note", cause));
    return [selfTest, "what" in said ? said : speedFinding(name, loaded, hello, said)];
  } finally {
    clearTimeout(timer);
  }
}

const lateText = (name: string, limitMs: number) =>
  `${name} was not measured within ${limitMs / 1000} s; stop other programs on this machine and run doctor again, or skip the measurement with --no-speed`;

/** If `auto` does not take the faster engine, a run is slower but still works. */
function selfTestFinding(name: string, { engine, engine_reason, device, dtype }: Loaded): Finding {
  return {
    what: "self-test",
    status: engine === "batched" ? "ok" : "note",
    text: `${name} runs on ${engine} (${device}, ${dtype}); ${engine_reason}`,
  };
}

function speedFinding(name: string, loaded: Loaded, hello: HelloInfo, said: SpeedTestReply): Finding {
  const onCpu = loaded.device === "cpu";
  const low = onCpu && said.share < LOW_SHARE;
  const bound = said.roofline.bound === "memory" ? "memory bandwidth" : "arithmetic";
  const text = [
    `${whole(said.tokens_per_second)} tokens/s of ${name} at ${said.realised_rows} rows on ${where(loaded, hello)}`,
    `${percent(said.share)} of the ${whole(said.roofline.tokens_per_second)} that its ${bound} allows`,
    `${(said.bandwidth / 1e9).toPrecision(3)} GB/s, ${whole(said.matmul_flops / 1e9)} GFLOP/s`,
    ...(low ? ["other programs may be using the cores; stop them and run doctor again"] : []),
  ].join("; ");
  return { what: "speed", status: low ? "note" : "ok", text };
}

function where({ device, threads }: Loaded, { devices }: HelloInfo): string {
  const [kind, index = "0"] = device.split(":");
  const name = devices.filter((one) => one.kind === kind)[Number(index)]?.name ?? device;
  return kind === "cpu" ? `${name} (${threads} ${threads === 1 ? "thread" : "threads"})` : name;
}

const whole = (value: number) => Math.round(value).toLocaleString("en-US");
const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
