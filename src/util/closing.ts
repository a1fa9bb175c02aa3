/** Calls a function with a resource, which is closed when this returns. */
export async function closing<Held extends { close(): Promise<void> }, T>(
  held: Held,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  try {
    return await work(held);
  } finally {
    await held.close();
  }
}
