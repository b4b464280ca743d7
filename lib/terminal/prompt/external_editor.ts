/**
 * A person's own editor, in a process of its own.
 *
 * @module
 */
import { permittedVariable } from "../../environment.ts";
import { ReportedError, UsageError } from "../../errors.ts";
import { prepareFolder } from "../../identity/files/paths.ts";
import { reporting } from "../../identity/files/file_errors.ts";
import { shellWord } from "../../identity/files/plain_text.ts";
import { readTextFile } from "../../identity/files/snapshot.ts";
import { ignoreEnding, listenForEnding } from "./process_events.ts";

/** Which editor, if the environment names none: the one that POSIX demands. */
const USUAL_EDITOR = "vi";

/** Where an editor's command is looked for, as other programs do. */
const EDITOR_VARIABLES = ["VISUAL", "EDITOR"];

/** A word of a command: in quotes of either kind, or without blanks. */
const WORD = /"([^"]*)"|'([^']*)'|(\S+)/g;

/**
 * With these Deno lets a program start another one only if it may start any: they could load code into it.
 * Emptied, they do nothing.
 */
const WITHOUT_LOADERS = {
  LD_LIBRARY_PATH: "",
  LD_PRELOAD: "",
  DYLD_LIBRARY_PATH: "",
  DYLD_INSERT_LIBRARIES: "",
};

/** What opens an editor. */
export interface EditorOptions {
  /** The folder in which that of the text is made; `undefined` if there is none. */
  readonly home: string | undefined;
  /** Which program this is, for a sentence that says how to start it. */
  readonly name: "server" | "client";
}

/**
 * Throws if no editor can be opened here: to be called before the terminal is lent.
 *
 * @throws {UsageError} If this program may not start it, or there is no home.
 */
export function demandEditor({ home, name }: EditorOptions): void {
  const [program] = editorCommand();
  demandToRun(program, name);
  if (home === undefined) {
    throw new UsageError("usage", "there is no home folder for the text; name one with --home DIR");
  }
}

/**
 * Has a text edited in `$VISUAL`, `$EDITOR` or `vi`. Meanwhile it stands in a file that only its owner can
 * read, in a folder of its own, where editors may leave copies. Both are removed, unless this fails after
 * the editor has changed the file: then they stay, and the error names the file.
 *
 * Lend the terminal to the editor first. Deno is never made to ask for a permission.
 *
 * @returns The text as it was saved, with LF as its line breaks and none at its end.
 * @throws {UsageError} If this program may not do that, the editor cannot be started or says that it
 *   failed, or the file cannot be used.
 */
export async function editText(
  text: string,
  options: EditorOptions,
): Promise<string> {
  demandEditor(options);
  const { home = "" } = options;
  const [program, ...args] = editorCommand();
  const folder = await reporting("write", home, "", async () => {
    await prepareFolder(`${home}/draft`);
    return await Deno.makeTempDir({ dir: home, prefix: "draft-" });
  });
  let editor: Deno.ChildProcess | undefined;
  const clean = () => {
    try {
      editor?.kill();
    } catch {
      // It has ended just now.
    }
    Deno.removeSync(folder, { recursive: true });
  };
  const path = `${folder}/message.txt`;
  const ended = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  let isKept = false;
  listenForEnding(clean);
  try {
    await Deno.writeTextFile(path, ended, { createNew: true, mode: 0o600 });
    editor = start(program, [...args, path]);
    const { code } = await editor.status;
    if (code !== 0) {
      throw new UsageError("usage", `${program} ended with status ${code}`);
    }
    const saved = await readTextFile(path);
    if (saved === undefined) throw new UsageError("usage", `${program} left no text`);
    return saved.replaceAll(/\r\n?/g, "\n").replace(/\n+$/, "");
  } catch (error) {
    const reported = error instanceof ReportedError
      ? error
      : new UsageError("usage", `${program} cannot be used: ${String(error)}`);
    isKept = editor !== undefined && await isChanged(path, ended);
    if (!isKept) throw reported;
    const where = `${reported.message}; what you saved is in ${path}`;
    throw new UsageError("usage", where, { cause: error });
  } finally {
    ignoreEnding(clean);
    // A folder that cannot be removed is no reason to lose the text, or what went wrong before.
    if (!isKept) await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** Whether an editor may have saved something that is not the text it was given. */
async function isChanged(path: string, text: string): Promise<boolean> {
  try {
    const before = new TextEncoder().encode(text);
    const { isFile, size } = await Deno.lstat(path);
    // Neither a pipe nor a file of any size is read.
    if (!isFile || size !== before.length) return true;
    const after = await Deno.readFile(path);
    return after.some((byte, at) => byte !== before[at]);
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

function editorCommand(): [program: string, ...args: string[]] {
  for (const variable of EDITOR_VARIABLES) {
    const command = permittedVariable(variable) ?? "";
    const [program, ...args] = Array.from(
      command.matchAll(WORD),
      ([, double, single, bare]) => double ?? single ?? bare ?? "",
    );
    if (program) return [program, ...args];
  }
  return [USUAL_EDITOR];
}

function demandToRun(command: string, name: "server" | "client"): void {
  if (Deno.permissions.querySync({ name: "run", command }).state === "granted") return;
  const how = `deno run -NRWE --allow-run=${shellWord(command)} ${name}.ts`;
  throw new UsageError("permission", `to open ${command}, start with: ${how}`);
}

function start(program: string, args: readonly string[]): Deno.ChildProcess {
  const mayRunAll = Deno.permissions.querySync({ name: "run" }).state === "granted";
  return new Deno.Command(program, {
    args: [...args],
    ...(mayRunAll ? {} : { env: WITHOUT_LOADERS }),
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}
