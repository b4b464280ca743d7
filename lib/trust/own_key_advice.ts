import { pathFlag } from "../identity/files/plain_text.ts";
import type { KeyFile } from "../identity/mod.ts";
import { startCommand } from "../program_name.ts";

/**
 * How a client gets a key of its own, whose file holds the server's as well, as the end of a sentence.
 *
 * @param file Where its key is; `undefined` if it lasts for this run.
 * @param home What `--home` says.
 */
export function ownKeyAdvice(
  { file, format }: { readonly file?: string | undefined; readonly format?: KeyFile["format"] },
  home: string | undefined,
): string {
  // No program of these replaces an SSH key.
  if (format === "openssh" && file !== undefined) return `move ${file} away`;
  return `run: ${startCommand("client")} id --new${pathFlag("--home", home)}`;
}
