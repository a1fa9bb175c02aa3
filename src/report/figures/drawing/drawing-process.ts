import { answerParent } from "../../../util/forked.js";
import type { Figure } from "../figure.js";
import { drawerHere } from "./drawer.js";

/** A process that draws figures. */
const drawer = drawerHere();
answerParent((figure: Figure) => drawer.draw(figure));
// So that it is ready when the first figure is requested.
await import("./render.js");
