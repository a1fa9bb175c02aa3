import { z } from "zod";
import { LIMITS } from "../limits.js";
import { messagesField, nameField, plainField, textField } from "./fields.js";

const caseSchema = z.strictObject({
  args: z.array(plainField).max(LIMITS.list).describe("Positional arguments of the call."),
  value: plainField.describe("What the call returns."),
});

const pythonTaskSchema = z.strictObject({
  id: nameField,
  messages: messagesField,
  function: z
    .string()
    .max(LIMITS.nameLength)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a Python function"),
  cases: z.array(caseSchema).min(1).max(LIMITS.cases),
  reference: textField.describe("A program that passes every case."),
  wrong: z.array(textField).max(LIMITS.list).optional().describe("Programs that fail at least one case."),
});

/** A capability file, `configs/capabilities/**.yaml`. */
export const capabilitySchema = z.strictObject({
  id: nameField.optional().describe("Default: the file's name."),
  kind: z.enum(["python"]),
  tasks: z.array(pythonTaskSchema).min(1).max(LIMITS.tasks),
});
