import { expect, test } from "vitest";
import { forked } from "../../src/util/forked.js";

const BESIDE = new URL("../fixtures/beside.mjs", import.meta.url).href;
const child = () => forked<{ readonly bytes: number }, Uint8Array>("large-answer-process", BESIDE);

// The answer is on its way between about 0.2 and 0.5 s after it was asked for.
test.each([100, 200, 300, 400, 500])("a process is ended %d ms into a large answer", async (milliseconds) => {
  const asked = child();
  expect(await asked.ask({ bytes: 1 })).toHaveLength(1);
  const answer = asked.ask({ bytes: 200_000_000 }).then(
    ({ length }) => length,
    ({ message }: Error) => message,
  );
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await asked.end();
  expect([200_000_000, "the process large-answer-process ended before it answered: SIGKILL"]).toContain(
    await answer,
  );
});
