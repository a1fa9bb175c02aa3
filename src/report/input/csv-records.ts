/** A record of a CSV text, with the line and column at which each field starts. */
interface CsvField {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Splits RFC 4180 text (LF or CRLF) into records; empty lines are left out. */
export function csvRecords(text: string): CsvField[][] {
  const records: CsvField[][] = [];
  let record: CsvField[] = [];
  let line = 1;
  let lineStart = 0;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  const endRecord = () => {
    if (record.length > 1 || record[0]?.text !== "") records.push(record);
    record = [];
  };
  while (at < text.length || record.length > 0) {
    const start = { line, column: at - lineStart + 1 };
    let value = "";
    if (text[at] === '"') {
      at += 1;
      while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) {
        if (text[at] === '"') at += 1;
        value += text[at];
        if (text[at] === "\n") {
          line += 1;
          lineStart = at + 1;
        }
        at += 1;
      }
      at += 1;
    }
    while (at < text.length && text[at] !== "," && text[at] !== "\n") {
      value += text[at];
      at += 1;
    }
    record.push({ text: value.replace(/\r$/, "").trim(), ...start });
    if (text[at] === ",") {
      at += 1;
      continue;
    }
    endRecord();
    at += 1;
    line += 1;
    lineStart = at;
    if (at >= text.length) break;
  }
  return records;
}
