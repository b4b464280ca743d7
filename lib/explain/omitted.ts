import type { Explanation } from "./explanation.ts";

/** Says that something of a connection is not explained, or not shown. */
export function omitted(
  connection: number,
  title: string,
  ...text: readonly string[]
): Explanation {
  return { connection, kind: "omitted", title, text, steps: [] };
}

/** Said in the place of routine explanations, once, where they would bury everything else. */
export function routineOmitted(connection: number): Explanation {
  return omitted(connection, "Further pings and pongs are not shown");
}
