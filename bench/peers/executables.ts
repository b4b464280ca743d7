/**
 * Executables of both programs, and of a script that does nothing, where they can be made.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { wholeRun } from "../harness/scope.ts";

/** Where they are. */
export interface Executables {
  readonly server: string;
  readonly client: string;
  readonly empty: string;
  /** The Deno that made them. */
  readonly deno: string;
}

interface Compiler {
  readonly deno: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Made once for each checkout; or why they are not. */
const made = new Map<string, Promise<Executables | string>>();

/** The executables of a checkout, made when they are asked for first; or why there are none. */
export async function executables(tree: string): Promise<Executables | string> {
  const known = made.get(tree) ?? make(tree);
  made.set(tree, known);
  return await known;
}

async function make(tree: string): Promise<Executables | string> {
  const compiler = await findCompiler(tree);
  if (compiler === undefined) {
    return "no executables can be made here without a download: DENORT_BIN names no base runtime";
  }
  const folder = await wholeRun.folder();
  const { deno, env } = compiler;
  await Deno.writeTextFile(`${folder}/empty.js`, "");
  const commands = [
    ["run", "--allow-all", fileURLToPath(new URL("scripts/compile.ts", tree)), folder],
    ["compile", "--no-config", "--output", `${folder}/empty`, `${folder}/empty.js`],
  ];
  for (const args of commands) {
    const command = new Deno.Command(deno, { args: [...args], env: { ...env }, cwd: folder });
    const { success, stderr } = await command.output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    if (!success) return `no executables can be made here: ${lines.at(-1)}`;
  }
  return {
    server: `${folder}/x25519-chat-server`,
    client: `${folder}/x25519-chat-client`,
    empty: `${folder}/empty`,
    deno,
  };
}

/** A Deno, and a base runtime of its version that is there already. */
async function findCompiler(tree: string): Promise<Compiler | undefined> {
  if (Deno.env.has("DENORT_BIN")) return { deno: Deno.execPath(), env: {} };
  const tool = fileURLToPath(new URL("../shared/tools/standalone-base", tree));
  try {
    const { success, stdout } = await new Deno.Command(tool, { stderr: "null" }).output();
    const settings = new TextDecoder().decode(stdout).trim().split("\n")
      .map((line) => line.replace(/^export /, "").split("="));
    const { DENO: deno, ...env } = Object.fromEntries(settings);
    return success && deno !== undefined ? { deno, env } : undefined;
  } catch {
    return undefined;
  }
}
