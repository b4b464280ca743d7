import type { ProgramName } from "../program_name.ts";

/** What a key's file says of itself in front of the key, where RFC 7468 §2 lets text stand. */
const EXPLANATIONS: Readonly<Record<ProgramName, string>> = {
  client: "Private key of a person, made by the client of X25519-TCP-Chat. Keep it secret.",
  server: "Private key of a server, made by the server of X25519-TCP-Chat. Keep it secret.",
};

/** How each of them begins, in later versions as well. */
const EXPLANATION = /^Private key of a (?:person|server)\b/m;

/** Where the key begins. */
const BEGIN = /^-----BEGIN /m;

/** A key file's text with a line in front of it that says whose key it is: a person's or a server's. */
export function withMark(pem: string, program: ProgramName): string {
  return `${EXPLANATIONS[program]}\n${pem}`;
}

/** What stands in front of the key: a mark, perhaps, and what people have written there. */
export function explanationOf(text: string): string {
  return text.slice(0, Math.max(0, text.search(BEGIN)));
}

/**
 * Whether a key file says whose key it is. Those of earlier versions do not, when one `identity.pem` was
 * both the person's and the server's.
 */
export function isMarked(text: string): boolean {
  return EXPLANATION.test(explanationOf(text));
}
