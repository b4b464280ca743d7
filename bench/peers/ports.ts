/**
 * Ports for programs that cannot be told to take a free one, and whether they listen.
 *
 * @module
 */

/** A port that nobody listens on just now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Waits until a port of this machine listens, as `/proc/net/tcp` tells: to try a connection would
 * use up that of a program that takes one.
 *
 * @throws If it does not within ten seconds.
 */
export async function listening(port: number): Promise<void> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  const end = performance.now() + 10_000;
  while (performance.now() < end) {
    for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
      const lines = (await Deno.readTextFile(table).catch(() => "")).split("\n");
      // The state 0A is LISTEN.
      if (lines.some((line) => line.includes(local) && / 0A /.test(line.slice(0, 100)))) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`nothing listens on port ${port}`);
}
