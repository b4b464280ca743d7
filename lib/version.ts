/** This program's version (semver.org), the same as in deno.json. */
export const VERSION = "0.1.0";
