/** The result of one of `doctor`'s checks. */
export interface Finding {
  readonly what: string;
  /** `missing` prevents the default experiment from running; `note` limits only what else can be run. */
  readonly status: "ok" | "note" | "missing";
  readonly text: string;
}
