import { fileURLToPath } from "node:url";
import { renderAsync } from "@resvg/resvg-js";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { inTerminal } from "../../../text/foreign-text.js";

const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
  fileURLToPath(new URL(`../../../../assets/fonts/${name}`, import.meta.url)),
);

declare module "vega" {
  /** How Vega measures text without a canvas; a part of its interface that its types leave out. */
  const textMetrics: {
    width: (item: { fontSize?: number; fontWeight?: string | number }, text: string) => number;
  };
}

/** Mean advance of DejaVu Sans's letters, in font sizes; Vega's own guess of 0.8 leaves holes between panels. */
const ADVANCE = { normal: 0.6, bold: 0.68 };

function textWidth(item: { fontSize?: number; fontWeight?: string | number }, text: string): number {
  return (
    String(text).length * (item.fontSize ?? 11) * (item.fontWeight === "bold" ? ADVANCE.bold : ADVANCE.normal)
  );
}

/** Draws a Vega-Lite specification as SVG text; the same specification gives the same bytes. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const quiet = vega.logger(vega.Error);
  const view = new vega.View(vega.parse(compile(spec, { logger: quiet }).spec), {
    renderer: "none",
    logLevel: vega.Error,
  });
  vega.textMetrics.width = textWidth;
  try {
    vega.resetSVGDefIds();
    return inTerminal(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** The same picture as PNG, at twice its size, with the fonts that this repository ships; drawn in another thread. */
export async function toPng(svg: string): Promise<Uint8Array> {
  const font = {
    loadSystemFonts: false,
    fontFiles: FONTS,
    defaultFontFamily: "DejaVu Sans",
    sansSerifFamily: "DejaVu Sans",
  };
  const options = { font, fitTo: { mode: "zoom", value: 2 }, background: "white" } as const;
  return (await renderAsync(svg, options)).asPng();
}
