import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { folderTest, ON_WINDOWS, runToEnd } from "../identity/fixtures/support.ts";
import { openNotes } from "./support.ts";

/** `root` may do everything; without these capabilities it may do what the modes say. */
const WITH_MODES = Deno.uid() === 0
  ? ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]
  : [];

const NO_MODES = ON_WINDOWS
  ? "no modes on Windows"
  : WITH_MODES.length > 0 && !await starts([...WITH_MODES, "true"]) &&
    "root, and no setpriv to do without its rights";

async function starts([program = "", ...args]: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdin: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What a program says that opens a database to write, and is bound by the modes of files. */
async function opened(path: string, number: number): Promise<string> {
  const script = fileURLToPath(new URL("open_and_write.ts", import.meta.url));
  const run = [Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-read", "--allow-write"];
  return (await runToEnd([...WITH_MODES, ...run, script, path, `${number}`])).trimEnd();
}

folderTest("storage: what may not be written is not opened to write", async (folder) => {
  const path = `${folder}/notes.db`;
  (await openNotes(path)).close();
  await Deno.chmod(path, 0o400);
  const denied = (path: string) => `cannot write ${path}: permission denied; nothing was written`;
  assert.equal(await opened(path, 1), denied(path));
  await Deno.chmod(path, 0o600);
  assert.equal(await opened(path, 1), "written");
  await Deno.chmod(folder, 0o500);
  assert.equal(await opened(path, 2), `cannot write ${path}: it or its folder is read-only`);
  assert.equal(await opened(`${folder}/new.db`, 1), denied(`${folder}/new.db`));
  await Deno.chmod(folder, 0o700);
}, NO_MODES);
