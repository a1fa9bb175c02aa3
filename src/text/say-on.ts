import { inTerminal } from "./foreign-text.js";

/** Writes lines for people to a stream, with foreign text made safe. */
export const sayOn =
  (stream: Pick<NodeJS.WriteStream, "write">) =>
  (text: string): void => {
    stream.write(`${inTerminal(text)}\n`);
  };
