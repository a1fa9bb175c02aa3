import { estimateWindow } from "../statistics/estimate-window.js";
import { answerParent } from "../util/forked.js";
import { drawWindow } from "./adaptive/draw-window.js";
import type { StatisticsAnswer, StatisticsQuestion } from "./statistics-pool.js";

/** A process that draws and estimates windows. */
answerParent(
  (question: StatisticsQuestion): StatisticsAnswer =>
    question.kind === "draw"
      ? { kind: "draw", window: drawWindow(question.job) }
      : { kind: "estimate", window: estimateWindow(question.job) },
);
