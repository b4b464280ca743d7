import type { BaseIssue } from "npm:valibot@1.5.0";

/**
 * What does not fit in a message, for the one who wrote the program that sent it: which kind of message
 * it is, and which field. Nothing of what was sent stands in it but names that the protocol knows.
 *
 * @param types The kinds of messages that there are.
 * @param issue What is wrong with the value first.
 */
export function misfit(
  value: unknown,
  types: ReadonlySet<string>,
  issue: BaseIssue<unknown>,
): string {
  const type = typeOf(value);
  if (type === undefined || !types.has(type)) return "received a message of an unknown type";
  const message = `received a message of type "${type}"`;
  // The places in a list are left out: there may be many, and a program makes them all alike.
  const path = (issue.path ?? []).flatMap(({ key }) => typeof key === "string" ? [key] : []);
  if (issue.type === "strict_object" && issue.expected === "never") {
    const around = path.slice(0, -1).join(".");
    return `${message} with an unknown field${around === "" ? "" : ` in "${around}"`}`;
  }
  const field = path.join(".");
  return issue.type === "strict_object" && issue.received === "undefined"
    ? `${message} without "${field}"`
    : `${message} whose "${field}" does not fit`;
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  return typeof value.type === "string" ? value.type : undefined;
}
