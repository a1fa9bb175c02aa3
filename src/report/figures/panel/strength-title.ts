const TITLES: Readonly<Record<string, string>> = {
  resid: "strength (\u00d7 residual norm)",
  raw: "strength (raw)",
};

/** Title of a strength axis by the unit of the strengths. */
export function strengthTitle(unit: string | null): string {
  return (unit === null ? undefined : TITLES[unit]) ?? (unit === null ? "strength" : `strength (${unit})`);
}
