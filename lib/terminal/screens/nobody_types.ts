import type { Screen } from "./screen.ts";

/** What is of use on a screen only where there is a prompt. */
export const NO_PROMPT = {
  setPrompt() {},
  setHighlights() {},
  setEcho() {},
  setCompleter() {},
  rememberInput: () => Promise.resolve(),
  setEditor() {},
  editDraft: () => Promise.resolve(false),
  isLent: false,
  onKey() {},
} as const satisfies Partial<Screen>;

/** The part of a screen in which a person would take part, where there is none. */
export const NOBODY_TYPES = {
  ...NO_PROMPT,
  isInteractive: false,
  ask: () => Promise.resolve(undefined),
  confirmLeaving() {},
} as const satisfies Partial<Screen>;
