import { expect, test } from "vitest";
import { type Page, pageText, table } from "../../../src/report/markdown/page.js";

const CODE = "```text\n# no heading\n|a|\n|-|\n```";
const PAGE: Page = {
  title: "Windows",
  blocks: ["Words.", "", table(["a", "b"], [["1", "x|y"]]), { figure: "steering_sweep" }, CODE],
};

test("a page is its title, its words, its tables and its pictures", () => {
  expect(pageText(PAGE, { stamp: null, undrawn: [] })).toBe(
    [
      "# Windows",
      "Words.",
      "| a   | b    |\n|-----|------|\n| 1   | x\\|y |",
      "![steering sweep](steering_sweep.svg)",
      `${CODE}\n`,
    ].join("\n\n"),
  );
});

test("a stamp is under the title and under each table, and nowhere else", () => {
  const stamped = pageText(PAGE, { stamp: "exploratory", undrawn: [] });
  expect(stamped).toContain("# Windows\n\n*exploratory*\n\nWords.");
  expect(stamped).toContain("x\\|y |\n\n*exploratory*\n\n![steering");
  expect(stamped.match(/exploratory/g)).toHaveLength(2);
});

test("a figure that could not be drawn is named in its place, or under the title where the page has none", () => {
  const reason = "no paper";
  const text = pageText(PAGE, {
    stamp: "exploratory",
    undrawn: [
      { name: "steering_sweep", reason },
      { name: "elsewhere", reason },
    ],
  });
  expect(text).not.toContain("![");
  expect(text).toContain("*exploratory*\n\nThe figure steering_sweep could not be drawn: no paper.\n\n```");
  expect(text).toContain(
    "# Windows\n\n*exploratory*\n\nThe figure elsewhere could not be drawn: no paper.\n\nWords.",
  );
});
