/**
 * Which peers are there.
 *
 * @module
 */

/** The Debian packages that all peers come from. */
export const PACKAGES = ["openssl", "ncat", "socat", "spiped", "ngircd"];

/** How they are installed. */
export const INSTALL = `sudo apt-get install --no-install-recommends ${PACKAGES.join(" ")}`;

/** Where programs are; `/usr/sbin` is not in everybody's path. */
const FOLDERS = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];

/** Where a program is; `undefined` if it is not installed. */
export async function find(program: string): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = `${folder}/${program}`;
    const info = await Deno.stat(path).catch(() => undefined);
    if (info?.isFile) return path;
  }
  return undefined;
}

/**
 * Where a program is.
 *
 * @throws If it is not installed.
 */
export async function programPath(program: string): Promise<string> {
  const path = await find(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  return path;
}

/** Why something that needs these programs cannot be measured. */
export async function missing(...programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) {
    if (await find(program) === undefined) return `${program} is not installed (${INSTALL})`;
  }
  return undefined;
}
