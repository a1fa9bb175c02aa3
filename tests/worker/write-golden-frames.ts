import { writeFileSync } from "node:fs";
import { goldenCases, goldenFolder, joinFrames } from "./golden-frames.js";

// Run with `npx tsx tests/worker/write-golden-frames.ts` after a change of the protocol.
for (const { name, frames, golden } of goldenCases) {
  writeFileSync(`${goldenFolder}${name}.bin`, joinFrames(frames));
  writeFileSync(`${goldenFolder}${name}.json`, `${JSON.stringify(golden, null, 1)}\n`);
}
