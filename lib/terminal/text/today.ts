/** The date, as the files note it: `2026-11-23`, UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
