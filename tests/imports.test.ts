import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "..", "src");

/** Who may import whom; all may use `util`, and nobody imports the command line. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  cli: ["doctor", "simulate", "run", "report", "store", "text", "config"],
  doctor: ["run", "plan", "worker", "scoring", "config"],
  simulate: ["plan", "statistics"],
  run: ["plan", "worker", "store", "scoring", "statistics", "text", "config"],
  report: ["analysis", "store", "scoring", "statistics", "text", "config"],
  analysis: ["store", "statistics", "config"],
  plan: ["statistics", "config"],
  statistics: ["config"],
  scoring: ["statistics", "config"],
  worker: [],
  store: [],
  text: [],
  config: [],
  util: [],
};

/** Source files that a folder holds at most. */
const ROOM = 15;

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** The source files that each one imports, as paths below `src`. */
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), "utf8");
  return [...text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)].map(([, path = ""]) =>
    relative(src, resolve(dirname(join(src, file)), path)).replace(/\.js$/, ".ts"),
  );
}

const areaOf = (file: string) => file.split("/")[0] ?? "";

test("every room of the sources has a place in the order of imports", () => {
  expect(new Set(files.map(areaOf))).toEqual(new Set(Object.keys(ALLOWED)));
});

test("imports point one way from room to room", () => {
  const wrong = files.flatMap((file) =>
    (imports.get(file) ?? [])
      .filter((target) => ![areaOf(file), "util", ...(ALLOWED[areaOf(file)] ?? [])].includes(areaOf(target)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("no file imports itself through others", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const seen = path.indexOf(file);
    if (seen >= 0) circles.push([...path.slice(seen), file].join(" -> "));
    if (seen >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test("what renders a report reads no table, and draws without its pages", () => {
  const renderers = files.filter((file) => /^report\/(csv|markdown|figures)\//.test(file));
  expect(renderers.length).toBeGreaterThan(50);
  const reading = renderers.flatMap((file) =>
    (imports.get(file) ?? []).filter((target) => /^report\/(input|user-table)\//.test(target)),
  );
  expect(reading).toEqual([]);
  const drawing = files.filter((file) => /^report\/(csv|figures)\//.test(file));
  const writing = drawing.flatMap((file) =>
    (imports.get(file) ?? []).filter((target) => target.startsWith("report/markdown/")),
  );
  expect(writing).toEqual([]);
});

test(`no folder holds more than ${ROOM} source files`, () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > ROOM)).toEqual([]);
});

test("only src/worker knows ZeroMQ, and only src/store writes Arrow", () => {
  const using = (module: string) =>
    files.filter((file) => readFileSync(join(src, file), "utf8").includes(`from "${module}"`)).map(areaOf);
  expect(new Set(using("zeromq"))).toEqual(new Set(["worker"]));
  const writers = files.filter((file) =>
    /tableToIPC|RecordBatch\w*Writer/.test(readFileSync(join(src, file), "utf8")),
  );
  expect(new Set(writers.map(areaOf))).toEqual(new Set(["store"]));
});
