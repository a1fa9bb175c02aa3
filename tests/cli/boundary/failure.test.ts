import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failureJson, failureOf } from "../../../src/cli/boundary/failure.js";
import { ConfigError } from "../../../src/config/problem.js";
import { StoreDamaged } from "../../../src/store/store-damaged.js";
import { makeFolder } from "../../../src/util/make-folder.js";
import { UserError } from "../../../src/util/user-error.js";

const folder = mkdtempSync(join(tmpdir(), "failure-"));
const file = join(folder, "file");
writeFileSync(file, "");
symlinkSync(join(folder, "absent", "x"), join(folder, "dangling"));
symlinkSync(join(folder, "circle"), join(folder, "circle"));

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test.each([
  ["a file where a folder is to be", () => makeFolder(file), `making the folder ${file} failed: .*EEXIST`],
  ["a file above a folder", () => makeFolder(join(file, "x")), `making the folder ${file} failed: .*EEXIST`],
  ["a dangling link", () => makeFolder(join(folder, "dangling")), "making the folder .*dangling failed: "],
  ["links in a circle", () => readFileSync(join(folder, "circle")), "opening .*circle failed: its links"],
  ["a folder read as a file", () => readFileSync(folder), "reading.* failed: it is a folder"],
  ["a name too long", () => mkdirSync(join(folder, "a".repeat(300))), "failed: the name is too long"],
  ["what is not there", () => readFileSync(join(folder, "none")), "opening .*none failed: there is no such"],
])("the operating system's refusal of %s is a sentence, not a fault of the program", (_, work, sentence) => {
  const { message, exitCode } = failureOf(thrown(work));
  expect(exitCode).toBe(2);
  expect(message).toMatch(new RegExp(sentence));
  expect(message).toMatch(/; \w+ .+$/);
  expect(message).not.toContain("\n");
});

test("a full disk is reported with what was being written", () => {
  const error = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write", path: "a.arrows" });
  expect(failureOf(error)).toMatchObject({
    exitCode: 2,
    message:
      "writing a.arrows failed: the disk is full (ENOSPC); free some space and run the same command again",
  });
});

test("what the engine cannot hold is a sentence, and the program's own range error stays a fault", () => {
  const tooLong = failureOf(thrown(() => "x".repeat(2 ** 30)));
  expect(tooLong.exitCode).toBe(2);
  expect(tooLong.message).toMatch(/^the input is too large.*Invalid string length.*; give a smaller one$/);
  const endless = (): number => 1 + endless();
  expect(failureOf(thrown(endless)).exitCode).toBe(2);
  const own = failureOf(new RangeError("no origin is known of methods.7"));
  expect(own.exitCode).toBe(1);
  expect(own.message).toMatch(/failure\.test.*\n.*fault of the program/s);
});

test("mistakes and damaged stores keep their sentences and exit codes", () => {
  expect(failureOf(new UserError("no such word; give another"))).toMatchObject({ exitCode: 2 });
  expect(failureOf(new StoreDamaged("a bit flipped"))).toMatchObject({
    exitCode: 4,
    message: "a bit flipped",
  });
});

test("every error has one shape as JSON, with the problems of a config where there are any", () => {
  expect(failureJson(failureOf(new UserError("no")))).toEqual({ error: { message: "no", exit_code: 2 } });
  const problem = {
    file: "a.yaml",
    line: 1,
    column: 2,
    key: "seed",
    what: "no",
    received: "x",
    expected: "y",
  };
  expect(failureJson(failureOf(new ConfigError([problem])))).toEqual({
    error: { message: "a.yaml:1:2 seed: no, received x, expected y", exit_code: 2, problems: [problem] },
  });
});

test("a message names a hundred problems at most, and how many more there are", () => {
  const problems = Array.from({ length: 250 }, (_, line) => ({
    ...{ file: "a.yaml", line, column: 1, key: "", what: "no", received: null, expected: null },
  }));
  expect(new ConfigError(problems).message.split("\n").slice(99)).toEqual([
    "a.yaml:99:1: no",
    "and 150 more",
  ]);
});
