import { expect, test } from "vitest";
import { csv } from "../../../src/report/csv/csv.js";

const RECORDS = [
  { model: "a,b", onset: 0.5 },
  { model: "=1", collapse: null, empty: false },
];

test("a table has every column of its records, and quotes and formulas do nothing", () => {
  expect(csv(RECORDS, null)).toBe('model,onset,collapse,empty\n"a,b",0.5,,\n\'=1,,,false\n');
});

test("a stamp is the first column of every row", () => {
  expect(csv(RECORDS, "exploratory: changed")).toBe(
    'stamp,model,onset,collapse,empty\nexploratory: changed,"a,b",0.5,,\nexploratory: changed,\'=1,,,false\n',
  );
  expect(csv([], "exploratory")).toBe("stamp\n");
});

test("a number that is not finite is never written", () => {
  expect(() => csv([{ onset: Number.NaN }], null)).toThrow("not a finite number");
});
