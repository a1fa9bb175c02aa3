import { estimateWindow } from "../statistics/estimate-window.js";
import { drawWindow } from "./adaptive/draw-window.js";
import { answerParent } from "./forked.js";
import type { StatisticsAnswer, StatisticsQuestion } from "./statistics-pool.js";

/** A process that draws and estimates windows, and draws figures. */
answerParent(async (question: StatisticsQuestion): Promise<StatisticsAnswer> => {
  switch (question.kind) {
    case "draw":
      return { kind: "draw", window: drawWindow(question.job) };
    case "estimate":
      return { kind: "estimate", window: estimateWindow(question.job) };
    case "figure": {
      // Loaded where it is first needed: most of these processes are started long before.
      const { drawFigure } = await import("../report/figures/drawer.js");
      return { kind: "figure", files: question.figure === null ? [] : await drawFigure(question.figure) };
    }
  }
});
