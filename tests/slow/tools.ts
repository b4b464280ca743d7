/**
 * Tests against other people's programs, where they are installed: those that made the formats
 * (`openssl` and `ssh-keygen`), and one in which ours run (`tmux`).
 *
 * @module
 */
import assert from "node:assert/strict";

/** A program that writes or reads key files, or is a terminal. */
export type Tool = "openssl" | "ssh-keygen" | "tmux";

/**
 * A test with a new folder that is gone afterwards. Where `tool` is missing the test is ignored, and
 * its name says why.
 */
export function toolTest(
  tool: Tool,
  name: string,
  body: (folder: string) => Promise<void>,
): void {
  if (!isInstalled(tool)) {
    Deno.test({ name: `${name} (ignored: no ${tool} here)`, ignore: true, fn: () => {} });
    return;
  }
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** What a tool writes to standard output. Fails if the tool does. */
export async function run(tool: Tool, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await attempt(tool, ...args);
  assert(success, `${tool} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** As {@linkcode run}, for a tool that may fail. */
export async function attempt(
  tool: Tool,
  ...args: readonly string[]
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const command = new Deno.Command(tool, { args: [...args], stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function isInstalled(tool: Tool): boolean {
  try {
    // None knows the argument: that it starts is enough.
    new Deno.Command(tool, { args: ["-?"], stdin: "null" }).outputSync();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
