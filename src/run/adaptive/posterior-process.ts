import { constants, setPriority } from "node:os";
import { answerParent } from "../forked.js";
import { drawWindow } from "./posterior-job.js";

/** A process that draws windows; the model's own work goes first. */
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
answerParent(drawWindow);
