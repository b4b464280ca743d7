/**
 * Compiles both programs and runs the end-to-end tests against the executables.
 *
 * Where the base runtime cannot be downloaded, one from `../shared/tools/standalone-base` serves for
 * testing; where that is missing as well, the tests are skipped, and this says so.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const standaloneBase = fileURLToPath(new URL("../shared/tools/standalone-base", root));

interface Compiler {
  readonly deno: string;
  readonly env: Record<string, string>;
}

async function compile({ deno, env }: Compiler, folder: string): Promise<boolean> {
  const script = fileURLToPath(new URL("scripts/compile.ts", root));
  const args = ["run", "--allow-all", script, folder];
  const { success } = await new Deno.Command(deno, { args, env }).spawn().status;
  return success;
}

/** A Deno and a base runtime of the same version; `undefined` if there is none to be had. */
async function borrowedCompiler(): Promise<Compiler | undefined> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(standaloneBase, { stderr: "inherit" }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const lines = new TextDecoder().decode(output.stdout).split("\n");
  const settings = lines.map((line) => line.replace(/^export /, "").split("="));
  const { DENO: deno, ...env } = Object.fromEntries(settings.filter(([name]) => name !== ""));
  return output.success && deno !== undefined ? { deno, env } : undefined;
}

async function versionOf(deno: string): Promise<string> {
  const { stdout } = await new Deno.Command(deno, { args: ["--version"] }).output();
  return /\d+\.\d+\.\d+/.exec(new TextDecoder().decode(stdout))?.[0] ?? "unknown";
}

async function test(folder: string, deno: string): Promise<boolean> {
  const args = [
    "test",
    "--frozen",
    "--allow-all",
    "--no-check",
    "--parallel",
    fileURLToPath(new URL("tests/e2e", root)),
  ];
  const env = {
    X25519_CHAT_EXECUTABLES: folder,
    X25519_CHAT_EXECUTABLES_DENO: await versionOf(deno),
  };
  const { success } = await new Deno.Command(Deno.execPath(), { args, env }).spawn().status;
  return success;
}

const folder = await Deno.makeTempDir();
try {
  let deno = Deno.execPath();
  if (!await compile({ deno, env: {} }, folder)) {
    const borrowed = await borrowedCompiler();
    if (borrowed === undefined) {
      console.log("skipped: there is no base runtime to compile with (set DENORT_BIN)");
      Deno.exit(0);
    }
    console.log(`compiling with the base runtime of ${standaloneBase}`);
    if (!await compile(borrowed, folder)) Deno.exit(1);
    deno = borrowed.deno;
  }
  if (!await test(folder, deno)) Deno.exitCode = 1;
} finally {
  await Deno.remove(folder, { recursive: true });
}
