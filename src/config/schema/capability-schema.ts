import { z } from "zod";
import { messagesField, nameField, plainField, textField } from "./fields.js";

const caseSchema = z.strictObject({
  args: z.array(plainField).describe("Positional arguments of the call."),
  value: plainField.describe("What the call returns."),
});

const pythonTaskSchema = z.strictObject({
  id: nameField,
  messages: messagesField,
  function: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a Python function"),
  cases: z.array(caseSchema).min(1),
  reference: textField.describe("A program that passes every case."),
  wrong: z.array(textField).optional().describe("Programs that fail at least one case."),
});

/** A capability file, `configs/capabilities/**.yaml`. */
export const capabilitySchema = z.strictObject({
  id: nameField.optional().describe("Default: the file's name."),
  kind: z.enum(["python"]),
  tasks: z.array(pythonTaskSchema).min(1),
});
