import { MESSAGE_ID_SIZE } from "../chat/wire/messages.ts";
import { UsageError } from "../errors.ts";
import type { Arguments } from "./commands/command_table.ts";

/** A command that a program gave: `{"command":"msg","to":"bob","text":"hello"}`. */
export interface CommandObject {
  /** Without a slash. */
  readonly command: string;
  readonly given: Arguments;
  /** The id that its request shall have: 16 bytes. */
  readonly id: Uint8Array | undefined;
}

/**
 * Reads a line as a command object; `undefined` if it is none, and so a text like any other: only a
 * JSON object with a `command` is one.
 *
 * @throws {UsageError} If it is one, and a value in it is neither text nor number, or the id is wrong.
 */
export function parseCommandObject(line: string): CommandObject | undefined {
  if (!/^\s*\{/.test(line)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "command")) {
    return undefined;
  }
  const { command, id, ...rest } = value as Record<string, unknown>;
  if (typeof command !== "string") throw new UsageError("usage", '"command" must be a string');
  const given: Record<string, string> = {};
  for (const [name, argument] of Object.entries(rest)) {
    if (typeof argument !== "string" && typeof argument !== "number") {
      throw new UsageError("usage", `"${name}" must be a string or a number`);
    }
    given[name] = String(argument);
  }
  return { command, given, id: id === undefined ? undefined : parseId(id) };
}

function parseId(id: unknown): Uint8Array {
  if (typeof id !== "string" || !/^[0-9a-f]{32}$/.test(id)) {
    throw new UsageError("usage", `an "id" has ${2 * MESSAGE_ID_SIZE} hexadecimal digits`);
  }
  return Uint8Array.from(id.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}
