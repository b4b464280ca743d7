import type { Comparison, Figures, Quantity } from "../harness/measure.ts";
import { type CpuTime, total } from "../harness/usage.ts";

/** The server of this project, and the one that it is compared with. */
export const OWN = "this project";
/** A server of Internet Relay Chat, whose members connect by TLS. */
export const NGIRCD = "ngircd over TLS";

/** What is asked of a server that hands messages on to members. */
export const DELIVERY: Readonly<Record<string, Quantity>> = {
  cpu: { label: "server CPU a delivery", unit: "µs" },
  user: { label: "of it, user", unit: "µs" },
  system: { label: "of it, system", unit: "µs" },
  median: { label: "median delay", unit: "ms" },
  late: { label: "99th percentile", unit: "ms" },
  message: { label: "server CPU a message", unit: "µs", isHidden: true },
};

/** The figures of {@linkcode DELIVERY}. */
export function deliveryFigures(
  heard: { readonly deliveries: number; readonly median: number; readonly late: number },
  used: CpuTime,
  messages: number,
): Figures {
  const each = (seconds: number) => 1e6 * seconds / heard.deliveries;
  return {
    cpu: each(total(used)),
    user: each(used.user),
    system: each(used.system),
    message: 1e6 * total(used) / messages,
    median: heard.median,
    late: heard.late,
  };
}

/** What this project's server is wanted to reach beside the other one. */
export function comparedWithNgircd(what: string): Comparison[] {
  return [
    { label: "CPU a delivery", quantity: "cpu", atMost: 1.5 },
    { label: "median delay", quantity: "median", atMost: 1 },
  ].map(({ label, quantity, atMost }) => ({
    label: `${what}, ${label} : ngircd`,
    kind: "ratio",
    of: { subject: OWN, quantity },
    to: { subject: NGIRCD, quantity },
    target: { atMost },
  }));
}
