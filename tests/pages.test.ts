import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./run/command.js";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
/** Source files that a folder holds without a reason in docs/architecture.md. */
const ROOM = 15;
const read = (page: string) => readFileSync(join(root, page), "utf8");

/** Anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );

/** Rows of a page's tables whose first cell names these things in code spans. */
const firstCells = (page: string): ReadonlySet<string> =>
  new Set(
    read(page)
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
      .map(([, name = ""]) => name),
  );

test.each(PAGES)("%s names only paths that exist", (page) => {
  const text = read(page);
  const named =
    /(?<![\w./-])(?:src|tests|docs|configs|models|scripts|assets|benchmarks|python-worker|results\/reference|\.vscode)\/[\w./-]*\w/g;
  const missing = [...text.matchAll(named)]
    .map(([path]) => path)
    .filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test.each(PAGES)("%s links only to files and headings that exist", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  const broken = links.filter(([, path = "", anchor]) => {
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

test("docs/architecture.md lists every room of both programs, and README.md those of the orchestrator", () => {
  const listed = firstCells("docs/architecture.md");
  const worker = readdirSync(join(root, "python-worker", "steering_worker"))
    .filter((name) => !["__init__.py", "__pycache__"].includes(name))
    .map((name) => name.replace(/\.py$/, ""));
  const orchestrator = readdirSync(join(root, "src"));
  expect([...orchestrator, ...worker].filter((room) => !listed.has(room))).toEqual([]);
  expect(orchestrator.filter((room) => !read("README.md").includes(`\nsrc/${room}/`))).toEqual([]);
});

test(`docs/architecture.md gives a reason for every folder of more than ${ROOM} source files`, () => {
  const counts = new Map<string, number>();
  for (const folder of [
    "src",
    "python-worker/steering_worker",
    "python-worker/nano_ladder",
    "python-worker/planted_truth",
  ])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.(?:ts|py)$/.test(file) || file.endsWith("__init__.py")) continue;
      const place = dirname(join(folder, file));
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  const large = [...counts].filter(([, count]) => count > ROOM);
  const rows = read("docs/architecture.md").split("\n");
  expect(
    large.filter(([place, count]) => !rows.some((row) => row.startsWith(`| \`${place}\` | ${count} |`))),
  ).toEqual([]);
});
