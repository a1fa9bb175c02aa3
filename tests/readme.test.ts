import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, run } from "./run/command.js";

const readme = readFileSync(join(root, "README.md"), "utf8");
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

describe("the README", () => {
  test("names only npm scripts and make targets that exist", () => {
    const makefile = readFileSync(join(root, "Makefile"), "utf8");
    for (const [, script = ""] of readme.matchAll(/npm run ([a-z-]+)/g))
      expect(scripts).toHaveProperty(script);
    for (const [, target = ""] of readme.matchAll(/`?make ([a-z][a-z-]+)/g))
      expect(makefile).toContain(`\n${target}:`);
  });

  test("names every verb, and each has its help with an example or options", async () => {
    const verbs = readdirSync(join(root, "src", "cli"))
      .filter((file) => file.endsWith(".ts") && !["main.ts", "context.ts"].includes(file))
      .map((file) => file.replace(".ts", ""));
    for (const verb of verbs) {
      expect(readme).toMatch(new RegExp(`\`${verb}[ \`]`));
      const { code, stdout, stderr } = await run([verb, "--help"]);
      expect(code, stderr).toBe(0);
      expect(stdout + stderr).toContain("--help");
    }
  }, 240_000);

  test("shows the windows of the committed reference", () => {
    const reference = readFileSync(join(root, "results", "reference", "windows.csv"), "utf8")
      .trim()
      .split("\n");
    const header = reference[0]?.split(",") ?? [];
    const place = (name: string) => header.indexOf(name);
    for (const line of reference.slice(1)) {
      const cells = line.split(",");
      if (cells[place("role")] !== "method") continue;
      const collapse = cells[place("collapse")] ?? "";
      const row = readme
        .split("\n")
        .find((text) => text.startsWith(`${cells[0]} `) && text.includes(` ${cells[place("question")]} `));
      expect(row, line.slice(0, 60)).toBeDefined();
      if (collapse !== "") expect(row).toContain(String(Number(Number(collapse).toPrecision(3))));
    }
  });
});

describe("commands of the README that need no model", () => {
  test("plan prints what the published sweep takes", async () => {
    const { code, stdout, stderr } = await run(["plan", "configs/experiments/steering-sweep.yaml"]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("gemma-3-27b-it");
  });

  test("window judges a table made elsewhere", async () => {
    const { mkdtempSync, writeFileSync } = await import("node:fs");
    const folder = mkdtempSync(join((await import("node:os")).tmpdir(), "window-"));
    const rows = [0, 0.5, 1, 2, 4].map((s) => `m,1000,q,${s},20,${s >= 1 ? 20 : 0},20,${s >= 4 ? 0 : 20}`);
    const header = "model,parameters,question,strength,n_target,target_hits,n_capability,capability_passes";
    writeFileSync(join(folder, "sweep.csv"), [header, ...rows].join("\n"));
    const { code, stderr } = await run(["window", join(folder, "sweep.csv")]);
    expect(code, stderr).toBe(0);
    expect(readdirSync(join(folder, "sweep-window"))).toContain("windows.csv");
  });
});
