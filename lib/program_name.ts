/** One of the two programs. */
export type ProgramName = "server" | "client";

/** What to type to run one of the programs, for help and advice. */
export function programName(program: ProgramName): string {
  return Deno.build.standalone ? `x25519-chat-${program}` : `${program}.ts`;
}
