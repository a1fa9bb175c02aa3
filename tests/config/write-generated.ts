import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemas } from "./json-schemas.js";
import { withKeyTables } from "./key-tables.js";

// Run with `npx tsx tests/config/write-generated.ts` after a change of a key in src/config/schema.
const root = join(import.meta.dirname, "..", "..");
for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(join(root, "configs", name), text);
const page = join(root, "docs", "config.md");
writeFileSync(page, withKeyTables(readFileSync(page, "utf8")));
