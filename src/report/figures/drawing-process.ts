import { answerParent } from "../../process/forked.js";
import { drawerHere } from "./drawer.js";
import type { Figure } from "./figures.js";

/** A process that draws figures. */
const drawer = drawerHere();
answerParent((figure: Figure) => drawer.draw(figure));
// So that it is there when the first figure is asked for.
await import("./render.js");
