/**
 * Makes self-contained executables of both programs, for this machine.
 *
 * Each program is bundled first: an executable that has to look for hundreds of modules inside itself
 * starts several times slower. What a program loads later becomes files of its own: in one file, the
 * bundler would run modules that wait (`await` outside of functions) in the wrong order, and a program that
 * prints its version would have to read the whole chat.
 *
 * Usage: `deno run -A scripts/compile.ts [FOLDER]`; the folder is `dist` by default.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { VARIABLES } from "./least_permissions.ts";
import { ADDRESS_PERMISSION } from "../lib/server/door/own_addresses.ts";

const PROGRAMS = ["server", "client"];

/** Files are for identity and known servers; without `--no-prompt` they would ask for more. */
const PERMISSIONS = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  `--allow-env=${VARIABLES.join(",")}`,
  "--no-prompt",
];

const root = new URL("../", import.meta.url);

async function compile(program: string, folder: string, temporary: string): Promise<void> {
  const bundle = `${temporary}/${program}`;
  const source = fileURLToPath(new URL(`${program}.ts`, root));
  const splitting = ["--code-splitting", "--outdir", bundle];
  await deno(["bundle", "--quiet", "--platform", "deno", ...splitting, source]);
  // The bundle holds everything, so nothing of the project's configuration concerns it any more.
  await deno([
    "compile",
    "--quiet",
    "--no-config",
    "--no-lock",
    ...PERMISSIONS,
    ...(program === "server" ? [ADDRESS_PERMISSION] : []),
    "--output",
    `${folder}/x25519-chat-${program}`,
    `${bundle}/${program}.js`,
  ]);
}

async function deno(args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" });
  const { success, stderr } = await command.output();
  if (success) return;
  const text = new TextDecoder().decode(stderr);
  if (args[0] === "compile" && /base binary|denort/i.test(text)) {
    const version = `of Deno ${Deno.version.deno}`;
    fail(
      Deno.env.has("DENORT_BIN")
        ? `DENORT_BIN does not name a base runtime (denort) ${version}`
        : "the base runtime (denort) cannot be downloaded here; export DENORT_BIN=/path/to/denort, " +
          `a copy of the one ${version}, and try again`,
    );
  }
  fail(`deno ${args[0]} failed: ${text.trim()}`);
}

function fail(sentence: string): never {
  console.error(`compile: ${sentence}`);
  Deno.exit(1);
}

const folder = Deno.args[0] ?? fileURLToPath(new URL("dist", root));
const temporary = await Deno.makeTempDir();
try {
  await Deno.mkdir(folder, { recursive: true });
  for (const program of PROGRAMS) {
    await compile(program, folder, temporary);
    console.log(`${folder}/x25519-chat-${program}`);
  }
} finally {
  await Deno.remove(temporary, { recursive: true });
}
