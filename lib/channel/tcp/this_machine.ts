/** Whether an address is one of this machine's own, by which only its own programs come. */
export function isThisMachine(hostname: string): boolean {
  return /^(::ffff:)?127\./i.test(hostname) || hostname === "::1" || hostname === "localhost";
}
