import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "..", "src");

/** Who may import whom; all may use config, and nobody imports the command line. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  cli: ["run", "report", "store", "text"],
  run: ["plan", "worker", "store", "scoring", "statistics", "process", "text"],
  report: ["store", "statistics", "process", "text"],
  plan: ["statistics"],
  worker: [],
  store: [],
  scoring: [],
  statistics: [],
  process: [],
  text: [],
  config: [],
};

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

test("every area of the sources has its place in the order of imports", () => {
  expect(new Set(files.map((file) => file.split("/")[0]))).toEqual(new Set(Object.keys(ALLOWED)));
});

test("imports point one way", () => {
  const wrong: string[] = [];
  for (const file of files) {
    const area = file.split("/")[0] ?? "";
    const text = readFileSync(join(src, file), "utf8");
    for (const [, path = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
      const target = relative(src, resolve(dirname(join(src, file)), path)).split("/")[0] ?? "";
      if (target !== area && target !== "config" && !ALLOWED[area]?.includes(target))
        wrong.push(`${file} -> ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("only src/worker knows ZeroMQ, and only src/store writes Arrow", () => {
  const using = (module: string) =>
    files
      .filter((file) => readFileSync(join(src, file), "utf8").includes(`from "${module}"`))
      .map((file) => file.split("/")[0]);
  expect(new Set(using("zeromq"))).toEqual(new Set(["worker"]));
  const writers = files.filter((file) =>
    /tableToIPC|RecordBatch\w*Writer/.test(readFileSync(join(src, file), "utf8")),
  );
  expect(new Set(writers.map((file) => file.split("/")[0]))).toEqual(new Set(["store"]));
});
