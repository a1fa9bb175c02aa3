import { defineConfig } from "vitest/config";

/** Replaces a module of the sources by one of its own, so it shares no modules with other tests. */
const OWN_MODULES = ["tests/planted/added-scorer.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    globalSetup: "tests/build.mjs",
    projects: [
      {
        extends: true,
        // The files of a worker share its process, and with it the modules that are loaded already.
        test: { name: "shared", include: ["tests/**/*.test.ts"], exclude: OWN_MODULES, isolate: false },
      },
      { extends: true, test: { name: "alone", include: OWN_MODULES } },
    ],
  },
});
