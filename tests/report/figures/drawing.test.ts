import { expect, test } from "vitest";
import { drawAll, drawerHere } from "../../../src/report/figures/drawing/drawer.js";
import { withDrawing } from "../../../src/report/figures/drawing/drawing-processes.js";
import type { Figure } from "../../../src/report/figures/figure.js";
import { childProcesses } from "../../util/child-processes.js";

const figure = (name: string, points: number): Figure => ({
  name,
  spec: {
    title: name,
    data: { values: Array.from({ length: points }, (_, i) => ({ strength: i, rate: (i * 7) % 5 })) },
    mark: { type: "line", clip: true },
    encoding: {
      x: { field: "strength", type: "quantitative" },
      y: { field: "rate", type: "quantitative" },
    },
  },
});
// The last one is more than a pipe holds.
const figures = [figure("small", 3), figure("middle", 40), figure("large", 5_000)];

test("separate processes draw the same bytes as this one, in the order of the figures", async () => {
  const { files: here } = await drawAll(drawerHere(), figures);
  expect(here.map(([name]) => name)).toEqual(
    ["small", "middle", "large"].flatMap((name) => [`${name}.svg`, `${name}.png`]),
  );
  const { files: there } = await withDrawing((drawer) => drawAll(drawer, figures));
  for (const [i, [name, content]] of here.entries()) {
    expect(there[i]?.[0]).toBe(name);
    expect(Buffer.from(there[i]?.[1] ?? "").equals(Buffer.from(content)), name).toBe(true);
  }
});

/** Not a mark that Vega-Lite knows. */
const broken: Figure = {
  name: "broken",
  spec: { mark: "nothing of the kind" } as unknown as Figure["spec"],
};
/** A translucent mark far beside the picture, which ends the process that turns it into pixels. */
const deadly: Figure = {
  name: "deadly",
  spec: {
    width: 100,
    data: { values: [{ strength: 50, rate: 1 }] },
    mark: { type: "point", opacity: 0.5, clip: true },
    encoding: {
      x: { field: "strength", type: "quantitative", scale: { domain: [0, 1], nice: false } },
      y: { field: "rate", type: "quantitative" },
    },
  },
};

test("figures that cannot be drawn are named, with the reason, and take no other with them", async () => {
  const { files, undrawn } = await withDrawing(async (drawer) => {
    const all = await drawAll(drawer, [broken, ...figures.slice(0, 2), deadly]);
    expect((await drawer.draw(figure("after", 3))).kind).toBe("drawn");
    return all;
  });
  expect(files.map(([name]) => name)).toEqual(["small.svg", "small.png", "middle.svg", "middle.png"]);
  expect(undrawn).toEqual([
    { name: "broken", reason: expect.stringContaining("Cannot read properties") },
    { name: "deadly", reason: "the process drawing-process ended before it answered: SIGABRT" },
  ]);
});

test("a drawer that is closed gives up what is under way, and begins no other process", async () => {
  const before = childProcesses();
  const { drawn } = await withDrawing(async (drawer) => ({
    drawn: Promise.allSettled([drawer.draw(figure("first", 3)), drawer.draw(figure("second", 3))]),
  }));
  expect((await drawn).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  // The handle of a process that has ended is let go of in a later turn of the event loop.
  await expect.poll(childProcesses, { timeout: 60_000 }).toBeLessThanOrEqual(before);
});
