/** Resolves when a key is pressed. Ctrl-C ends the program, as everywhere. */
export async function waitForKey(): Promise<void> {
  const CONTROL_C = 3;
  Deno.stdin.setRaw(true, { cbreak: true });
  try {
    const key = new Uint8Array(16);
    const count = await Deno.stdin.read(key);
    if (count === null || key[0] === CONTROL_C) Deno.exit(130);
  } finally {
    Deno.stdin.setRaw(false);
  }
}
