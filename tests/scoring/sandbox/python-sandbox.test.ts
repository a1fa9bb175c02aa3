import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import type { PythonTask } from "../../../src/config/experiment.js";
import { checkTask } from "../../../src/scoring/check-task.js";
import {
  type Judge,
  openPythonSandbox,
  type PythonSandbox,
} from "../../../src/scoring/sandbox/python-sandbox.js";
import { scoreTask } from "../../../src/scoring/score-task.js";
import { accuracy } from "../accuracy.js";
import { accuracyRow, documentedRows } from "../accuracy-table.js";
import { hostileSnippets, TRAP } from "./hostile-snippets.js";

/** A machine that is busy with other things may take minutes of wall time for seconds of processor time. */
const PATIENCE = 600_000;

const next: PythonTask = task({ cases: [{ args: [1], value: 2 }] });

let sandbox: PythonSandbox;
let folder: string;
let canary: string;
let server: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  canary = join(folder, "canary");
  writeFileSync(canary, "2");
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  sandbox = await openPythonSandbox({ workers: 2, cpuSeconds: 0.3, wallSeconds: 300, memoryPages: 512 });
}, PATIENCE);

afterAll(async () => {
  await sandbox?.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
}, PATIENCE);

describe("hostile programs", () => {
  test(
    "all score 0, within their limits, and leave the host as it was",
    async () => {
      const environment = { ...process.env };
      const snippets = hostileSnippets(canary, port);
      const responses = snippets.map(({ does, source }) => response(does, fenced(source)));
      const scores = await scoreTask(sandbox, next, responses);
      expect(scores.filter(({ value }) => value !== 0)).toEqual([]);
      expect(scores.map(({ sample_id }) => sample_id)).toEqual(snippets.map(({ does }) => does));
      expect(scores.every(({ label }) => label !== null)).toBe(true);
      const labels = new Map(scores.map(({ sample_id, label }) => [sample_id, label]));
      expect(labels.get("loops without end")).toBe("timeout");
      expect(labels.get("recurses without end through the interpreter")).toBe("stack overflow");
      expect(readFileSync(canary, "utf8")).toBe("2");
      expect(connections).toBe(0);
      expect(process.env).toEqual(environment);
      // The interpreter is fit for the next program.
      expect(await judge("def f(n):\n    return n + 1")).toEqual({ kind: "passed" });
    },
    PATIENCE,
  );
});

describe("judgement", () => {
  test(
    "a program passes when every case gives the expected value",
    async () => {
      const wanted = task({
        cases: [
          { args: [[3, 1]], value: [1, 3] },
          { args: [[]], value: [] },
        ],
      });
      expect(await judge("def f(xs):\n    return sorted(xs)", wanted)).toEqual({ kind: "passed" });
      expect(await judge("def f(xs):\n    return [1, 3]", wanted)).toMatchObject({
        kind: "failed",
        failure: "wrong value",
        detail: "call 2: returned [1,3], expected []",
      });
    },
    PATIENCE,
  );

  test.each([
    ["True is not 1", "True", 1, false],
    ["1 is not True", "1", true, false],
    ["2.0 is 2", "2.0", 2, true],
    ["a sum of floats may differ in its last place", "0.1 + 0.2", 0.3, true],
    ["a tuple is a list", "(1, 2)", [1, 2], true],
    ["a set is nothing plain", "{1, 2}", [1, 2], false],
    ["None is null", "None", null, true],
    ["10**400 is 10**400", "10**400", 10n ** 400n, true],
    ["10**5000 is 10**5000", "10**5000", 10n ** 5000n, true],
    ["10**400 is not 5", "10**400", 5, false],
    ["-10**400 is not 10**400", "-10**400", 10n ** 400n, false],
    ["2**53 + 1 is not 2**53", "2**53 + 1", 2 ** 53, false],
    ["2**53 + 1 is itself, in a list in a dict", "{'a': [2**53 + 1]}", { a: [2n ** 53n + 1n] }, true],
    ["a number beyond doubles is no fraction", "10**400", 0.5, false],
    ["an endless float is no number", "1e308 * 10", 5, false],
    ["a text of digits is no number", "'i5'", 5, false],
    ["no float is not a number", "float('nan')", 0, false],
    ["a Counter is a dict", "__import__('collections').Counter('aab')", { a: 2, b: 1 }, true],
    ["a dict with numbers as keys is not one with texts", "{1: 2}", { 1: 2 }, false],
    ["text keeps its characters", "'\\u00e9\\U0001F989\\x00'", "\u00e9\u{1F989}\0", true],
    ["a list in itself is nothing plain", "(lambda a: a.append(a) or a)([])", [], false],
  ])(
    "%s",
    async (_, expression, value, passes) => {
      const wanted = task({ cases: [{ args: [], value }] });
      const judgement = await judge(`def f():\n    return ${expression}`, wanted);
      expect(judgement.kind).toBe(passes ? "passed" : "failed");
    },
    PATIENCE,
  );

  test.each([
    ["syntax error", "def f(n:"],
    ["syntax error", "return 1\ndef f(n):\n    return 2"],
    ["no function", "def g(n):\n    return 2"],
    ["no function", "def g():\n    def f(n):\n        return 2"],
    ["no function", "f = 2"],
    ["raised", "def f(n):\n    raise ValueError(n)"],
    ["raised", "1 / 0\ndef f(n):\n    return 2"],
    ["exited", "import os\ndef f(n):\n    os._exit(0)"],
    ["not plain", "def f(n):\n    return f"],
    ["too long", `def f(n):\n    return ${"1 + ".repeat(30000)}1`],
  ])(
    "says %s of a program that is one",
    async (failure, source) => {
      expect(await judge(source)).toMatchObject({ kind: "failed", failure });
    },
    PATIENCE,
  );

  test.each([
    ["a lambda", "f = lambda n: n + 1"],
    ["an import under that name", "from operator import inv as g\nf = lambda n: -g(n)"],
    ["a definition under a condition", "if True:\n    def f(n):\n        return n + 1"],
    [
      "a definition in try",
      "try:\n    import nothing\nexcept ImportError:\n    def f(n):\n        return n + 1",
    ],
    ["a decorated function", "import functools\n@functools.lru_cache(None)\ndef f(n):\n    return n + 1"],
    [
      "a class that is called",
      "class f(int):\n    def __new__(cls, n):\n        return int.__new__(cls, n + 1)",
    ],
    ["a program that prints", 'print("hello")\ndef f(n):\n    print(n)\n    return n + 1'],
    ["a program that sleeps", "import time\ndef f(n):\n    time.sleep(3600)\n    return n + 1"],
    [
      "a program that asks for input in main",
      'def f(n):\n    return n + 1\nif __name__ == "__main__":\n    input()',
    ],
  ])(
    "%s defines the function",
    async (_, source) => {
      expect(await judge(source)).toEqual({ kind: "passed" });
    },
    PATIENCE,
  );

  test(
    "a program cannot change the interpreter of the next",
    async () => {
      const first =
        "import builtins, math\nmath.pi = 3\nbuiltins.left = 1\nbuiltins.sum = None\ndef f(n):\n    return n + 1";
      const second =
        "import math, builtins\ndef f(n):\n    return 2 if math.pi > 3.1 and sum([1]) == 1 and not hasattr(builtins, 'left') else 0";
      for (const source of [first, second, first, second])
        expect(await judge(source)).toEqual({ kind: "passed" });
    },
    PATIENCE,
  );

  test(
    "chance and time are the same in every run",
    async () => {
      const source =
        "import random, time\ndef f(n):\n    return [random.random(), time.time(), len({*'abc'}), hash('a')]";
      const wrong = await Promise.all(
        [0, 1].map((value) => judge(source, task({ cases: [{ args: [1], value }] }))),
      );
      const [a, b] = wrong.map((judgement) =>
        judgement.kind === "failed" ? judgement.detail.split(", expected")[0] : null,
      );
      expect(a).toMatch(/^call 1: returned \[0\.\d+,\d+/);
      expect(a).toBe(b);
    },
    PATIENCE,
  );

  test(
    "hundreds of programs, gibberish among them, keep their order and their own judgement",
    async () => {
      const sources = Array.from({ length: 300 }, (_, index) =>
        index % 3 === 0 ? `owl owl ${index}(` : `def f(n):\n    return n + ${index % 2}  # ${index % 50}`,
      );
      const judgements = await sandbox.judge(next, sources);
      const passed = judgements.map(({ kind }) => kind === "passed");
      expect(passed).toEqual(sources.map((_, index) => index % 3 !== 0 && index % 2 === 1));
    },
    PATIENCE,
  );
});

describe("tasks", () => {
  test(
    "responses without code and under non-finite logits score 0 and run nothing",
    async () => {
      const code = fenced("def f(n):\n    return n + 1");
      const scores = await scoreTask(sandbox, next, [
        response("none", "I cannot write code."),
        response("empty", ""),
        { sample_id: "spoiled", text: code, stop: "error" },
        { sample_id: "cut", text: code.slice(0, -4), stop: "length" },
      ]);
      expect(scores.map(({ sample_id, value, label }) => [sample_id, value, label])).toEqual([
        ["none", 0, "no code"],
        ["empty", 0, "no code"],
        ["spoiled", 0, "non-finite logits"],
        ["cut", 1, "passed"],
      ]);
    },
    PATIENCE,
  );

  test(
    "the same responses get the same scores again",
    async () => {
      const responses = [
        "",
        "\0",
        "\ud800",
        "def f(n): return 2\ud800",
        "owl ".repeat(50_000),
        fenced("def f(n):\n    return n + 1"),
      ].map((text, index) => response(`s${index}`, text));
      const first = await scoreTask(sandbox, next, responses);
      expect(await scoreTask(sandbox, next, responses)).toEqual(first);
      expect(first.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 1]);
      expect(first.every(({ scorer, scorer_version }) => scorer === "python" && scorer_version >= 1)).toBe(
        true,
      );
    },
    PATIENCE,
  );

  test.each(["python-basics", "python-five", "python-heldout"])(
    "every reference of %s passes and every wrong solution fails",
    async (capability) => {
      const tasks = shippedTasks(capability);
      expect(tasks.length).toBeGreaterThan(4);
      const problems = await Promise.all(tasks.map((one) => checkTask(sandbox, one)));
      expect(problems.flat()).toEqual([]);
    },
    PATIENCE,
  );

  test.each(["python-basics", "python-five", "python-heldout"])(
    "a number beyond all doubles passes no task of %s",
    async (capability) => {
      const judgements = await Promise.all(
        shippedTasks(capability).map((one) => judge(`def ${one.function}(*a):\n    return 10**400`, one)),
      );
      expect(judgements.filter(({ kind }) => kind !== "failed")).toEqual([]);
    },
    PATIENCE,
  );

  test(
    "arguments keep every digit, and texts that look like the wire's stay texts",
    async () => {
      const args = [2n ** 64n + 1n, ["i5", "s"], { i5: -(2n ** 64n) }];
      const wanted = task({ cases: [{ args, value: [...args, true] }] });
      const source =
        "def f(a, b, c):\n    return a, b, c, a == 2**64 + 1 and b == ['i5', 's'] and c == {'i5': -2**64}";
      expect(await judge(source, wanted)).toEqual({ kind: "passed" });
    },
    PATIENCE,
  );

  test(
    "a response that makes a scorer throw is the one that is left without its score",
    async () => {
      const faulty: Judge = {
        judge: (on, sources) => {
          if (sources.some((source) => source.includes("fault"))) throw new Error("no judgement today");
          return sandbox.judge(on, sources);
        },
      };
      const scores = await scoreTask(faulty, next, [
        response("sound", fenced("def f(n):\n    return n + 1")),
        response("faulty", fenced("def f(n):\n    return 'fault'")),
      ]);
      expect(scores.map(({ value }) => value)).toEqual([1, null]);
      expect(scores[1]?.reason).toMatch(/no judgement today/);
    },
    PATIENCE,
  );

  test(
    "a program in a thought is no answer",
    async () => {
      const right = fenced("def f(n):\n    return n + 1");
      const wrong = fenced("def f(n):\n    return n");
      const scores = await scoreTask(sandbox, next, [
        response("only thought", `<think>${right}</think>I do not know.`),
        response("thought after", `${right}<think>or ${wrong}`),
        response("tag named", fenced('def f(n):\n    "<think>".strip("</think>")\n    return n + 1')),
      ]);
      expect(scores.map(({ value }) => value)).toEqual([0, 1, 1]);
    },
    PATIENCE,
  );

  test(
    "a task with a wrong reference and a right wrong solution is reported",
    async () => {
      const faulty = {
        ...next,
        reference: "def f(n):\n    return n",
        wrong: ["def f(n):\n    return n + 1"],
      };
      expect(await checkTask(sandbox, faulty)).toEqual([
        "task f: its reference solution does not pass: wrong value: call 1: returned 1, expected 2",
        "task f: its wrong solution 1 of 1 passes every case: add a case that it fails",
      ]);
    },
    PATIENCE,
  );
});

test(
  "docs/scorers.md holds the sensitivity and specificity that the labelled programs give",
  async () => {
    const labelled = labelledPrograms();
    const tasks = new Map(shippedTasks("python-basics").map((one) => [one.id, one]));
    const pairs = await Promise.all(
      labelled.map(async ({ task: id, text, correct }) => {
        const asked = tasks.get(id);
        if (asked === undefined) throw new Error(`python-basics has no task ${id}`);
        const [score] = await scoreTask(sandbox, asked, [response("s", text)]);
        return { expected: correct, scored: score?.value === 1 };
      }),
    );
    expect(documentedRows()).toContain(accuracyRow("`python`", "labelled programs", accuracy(pairs)));
  },
  PATIENCE,
);

test(
  "a trap that comes again in a fresh interpreter is the program's failure, and the next program is run",
  async () => {
    const abort =
      "import sys\ndel sys.modules['faulthandler']\nimport faulthandler\ndef f(n):\n    faulthandler._sigabrt()";
    const [aborted, trapped, sound] = await sandbox.judge(next, [abort, TRAP, "def f(n):\n    return 1 + n"]);
    expect(aborted).toEqual({
      kind: "failed",
      failure: "crashed",
      detail: expect.stringMatching(/^it stops the interpreter: .*unreachable/),
    });
    expect(trapped).toMatchObject({ kind: "failed", failure: "crashed" });
    expect(sound).toEqual({ kind: "passed" });
    const [score] = await scoreTask(sandbox, next, [response("s", fenced(abort))]);
    expect(score).toMatchObject({ value: 0, label: "crashed", reason: expect.stringMatching(/unreachable/) });
  },
  PATIENCE,
);

describe("lifetime", () => {
  test(
    "a closed sandbox leaves what is asked of it unscored",
    async () => {
      const other = await openPythonSandbox({ workers: 1 });
      const running = other.judge(next, ["def f(n):\n    while True:\n        pass"]);
      await other.close();
      expect(await running).toMatchObject([{ kind: "unscored" }]);
      expect(await other.judge(next, ["def f(n):\n    return 2"])).toMatchObject([{ kind: "unscored" }]);
    },
    PATIENCE,
  );
});

async function judge(source: string, on: PythonTask = next) {
  const [judgement] = await sandbox.judge(on, [source]);
  if (judgement === undefined) throw new Error("no judgement");
  return judgement;
}

function task(part: Pick<PythonTask, "cases">): PythonTask {
  return { id: "f", messages: [], function: "f", reference: "", wrong: [], ...part };
}

function response(sample_id: string, text: string) {
  return { sample_id, text, stop: "end" } as const;
}

function fenced(source: string): string {
  return `Here it is:\n\`\`\`python\n${source}\n\`\`\``;
}

function labelledPrograms() {
  const schema = z.array(z.strictObject({ task: z.string(), correct: z.boolean(), text: z.string() }));
  const path = new URL("../../fixtures/labelled-programs.yaml", import.meta.url);
  return schema.parse(parse(readFileSync(path, "utf8")));
}

function shippedTasks(capability: string): readonly PythonTask[] {
  const path = new URL(`../../../configs/capabilities/${capability}.yaml`, import.meta.url);
  const schema = z.object({
    tasks: z.array(
      z.object({
        id: z.string(),
        function: z.string(),
        cases: z.array(z.object({ args: z.array(z.unknown()), value: z.unknown() })),
        reference: z.string(),
        wrong: z.array(z.string()),
      }),
    ),
  });
  return schema.parse(parse(readFileSync(path, "utf8"))).tasks.map((one) => ({ ...one, messages: [] }));
}
