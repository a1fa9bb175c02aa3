/**
 * Goes on where the reader of a stream is gone, as `| head -1` is after its line: nobody is left to be told, and the
 * work is not for the stream alone. The first of any other failures is told: what was printed did not arrive.
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
