/**
 * Continues when the reader of a stream is gone, like `| head -1` after its line: nobody is left to read, but the work is
 * not only for the stream. The first of any other failures is reported, because output was lost.
 */
export function outliveReaders(
  streams: Readonly<Record<string, NodeJS.WriteStream>>,
  fail: (error: NodeJS.ErrnoException) => void,
): void {
  let told = false;
  for (const [path, stream] of Object.entries(streams)) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || told) return;
      told = true;
      fail(Object.assign(error, { path }));
    });
  }
}
