/** What `doctor` found about one thing. */
export interface Finding {
  readonly what: string;
  /** `missing` keeps the default experiment from running; `note` only limits what else can be run. */
  readonly status: "ok" | "note" | "missing";
  readonly text: string;
}
