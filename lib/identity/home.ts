/**
 * Where the programs keep what lasts, and what the system calls its user: the one file of this layer that
 * looks at the environment.
 *
 * @module
 */

import { mayReadVariable, permittedVariable } from "../environment.ts";

const FOLDER = "x25519-chat";

/**
 * The folder for identity, known hosts and invitations: `$X25519_CHAT_HOME`, or the platform's usual
 * place for a program's settings; `undefined` where the environment names none, or this program may
 * not read it. It never asks for a permission.
 */
export function homeFolder(): string | undefined {
  const own = permittedVariable("X25519_CHAT_HOME");
  if (own) return own;
  if (Deno.build.os === "windows") return inside(permittedVariable("APPDATA"));
  const settings = permittedVariable("XDG_CONFIG_HOME");
  if (settings?.startsWith("/") && Deno.build.os !== "darwin") return inside(settings);
  const home = permittedVariable("HOME");
  if (!home) return undefined;
  return inside(
    Deno.build.os === "darwin" ? `${home}/Library/Application Support` : `${home}/.config`,
  );
}

/** The variables that {@linkcode homeFolder} looks at, for `--allow-env`. */
export const HOME_VARIABLES: readonly string[] = [
  "X25519_CHAT_HOME",
  "XDG_CONFIG_HOME",
  "HOME",
  "APPDATA",
];

/** The variables that {@linkcode userNames} looks at, for `--allow-env`. */
export const USER_VARIABLES: readonly string[] = ["USER", "LOGNAME", "USERNAME"];

/** What the system calls its user, as far as this program may know. It never asks for a permission. */
export function userNames(): readonly string[] {
  return USER_VARIABLES.flatMap((name) => permittedVariable(name) || []);
}

/** Whether this program may look at the variables. */
export function mayReadEnvironment(): boolean {
  return HOME_VARIABLES.some(mayReadVariable);
}

function inside(folder: string | undefined): string | undefined {
  return folder ? `${folder}/${FOLDER}` : undefined;
}
