import { permittedVariable } from "./environment.ts";

/** One of the two programs. */
export type ProgramName = "server" | "client";

/** Set by the tasks `deno task server` and `deno task client`, so that advice can name them. */
export const TASK_VARIABLE = "X25519_CHAT_TASK";

/** What to type to run one of the programs, for help and advice. */
export function programName(program: ProgramName): string {
  return Deno.build.standalone ? executableName(program, Deno.execPath()) : `${program}.ts`;
}

/** What to type to start one of the programs in the way in which this one was started. */
export function startCommand(program: ProgramName): string {
  if (Deno.build.standalone) return programName(program);
  return isTask() ? `deno task ${program}` : `deno run -NRWE ${program}.ts`;
}

/**
 * What an executable is called, whose own name it takes from the one that runs: whoever has given both
 * other names has mostly kept the word that tells them apart.
 *
 * @param running The path of the one that runs.
 */
export function executableName(program: ProgramName, running: string): string {
  const [, name = ""] = /([^/\\]*?)(?:\.exe)?$/i.exec(running) ?? [];
  const parts = /^(.*)(?:server|client)(.*?)$/.exec(name);
  return parts === null ? `x25519-chat-${program}` : `${parts[1]}${program}${parts[2]}`;
}

function isTask(): boolean {
  return permittedVariable(TASK_VARIABLE) !== undefined;
}
