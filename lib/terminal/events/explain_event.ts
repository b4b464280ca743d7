import { hex } from "../../crypto/mod.ts";
import type { Explanation, Field, Step } from "../../explain/mod.ts";
import type { ChatEvent, ShownField, ShownStep } from "./events.ts";

/** An explanation, as an event for screens and programs. */
export type ExplainEvent = ChatEvent & { readonly event: "explain" };

/** What is shown of an explanation: everything, its bytes as hexadecimal digits. */
export function explainEvent(explanation: Explanation): ExplainEvent {
  const { connection, kind, title, direction, text, steps, knows, isRoutine } = explanation;
  return {
    event: "explain",
    connection,
    kind,
    title,
    ...(direction && { direction }),
    text,
    steps: steps.map(shownStep),
    ...(knows && { knows }),
    ...(isRoutine && { routine: true }),
  };
}

function shownStep({ name, text, wire, inside, state }: Step): ShownStep {
  return {
    name,
    text,
    wire: wire.map(shownField),
    inside: inside.map(shownField),
    state: state.map(shownField),
  };
}

function shownField({ label, role, size, bytes, note }: Field): ShownField {
  return {
    label,
    role,
    size,
    hex: bytes === undefined ? null : hex(bytes),
    ...(note === undefined ? {} : { note }),
  };
}
