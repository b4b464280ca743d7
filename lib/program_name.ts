/** What to type to run one of the programs, for help and advice. */
export function programName(program: "server" | "client"): string {
  return Deno.build.standalone ? `x25519-chat-${program}` : `${program}.ts`;
}
