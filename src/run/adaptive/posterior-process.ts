import { answerParent } from "../forked.js";
import { drawWindow } from "./posterior-job.js";

/** A process that draws windows. */
answerParent(drawWindow);
