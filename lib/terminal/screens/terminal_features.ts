/**
 * What a terminal can do besides text and colours, as far as the environment tells. Nobody can ask a
 * terminal for it: it would answer among the keys.
 *
 * @module
 */

import { permittedVariable, type ReadVariable } from "../../environment.ts";

/** The variables that are looked at here, for `--allow-env`. */
export const FEATURE_VARIABLES: readonly string[] = [
  "KONSOLE_VERSION",
  "LC_TERMINAL",
  "STY",
  "TERM_PROGRAM",
  "TERM_PROGRAM_VERSION",
  "TMUX",
  "VTE_VERSION",
  "WT_SESSION",
];

/** Terminals with hyperlinks, by the beginning of `TERM`, which also goes over ssh. */
const LINKED_TERMS =
  /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour|rio|mintty)(?:$|[-+.])/;

/** The same by `TERM_PROGRAM`. */
const LINKED_PROGRAMS: ReadonlySet<string> = new Set([
  "ghostty",
  "Hyper",
  "iTerm.app",
  "mintty",
  "rio",
  "Tabby",
  "vscode",
  "WarpTerminal",
  "WezTerm",
  "zed",
]);

/** Since 0.50 VTE (GNOME Terminal and its kin) has hyperlinks: it counts as 5000. */
const LINKED_VTE = 5_000;

/** Since 20.12 Konsole has them. */
const LINKED_KONSOLE = 201_200;

/** Since 3.4 tmux passes them on. */
const LINKED_TMUX = [3, 4] as const;

/** Whether the terminal knows hyperlinks (OSC 8). */
export function hasHyperlinks(read: ReadVariable = permittedVariable): boolean {
  const term = read("TERM") ?? "";
  if (term === "dumb") return false;
  const program = read("TERM_PROGRAM") ?? "";
  // What the variables say besides is of the terminal in which tmux or screen was started.
  if (isSet(read, "TMUX") || program === "tmux") {
    return program === "tmux" && isTmuxLinked(read("TERM_PROGRAM_VERSION") ?? "");
  }
  if (isScreen(read)) return false;
  return LINKED_TERMS.test(term) || LINKED_PROGRAMS.has(program) ||
    read("LC_TERMINAL") === "iTerm2" || isSet(read, "WT_SESSION") ||
    Number(read("VTE_VERSION")) >= LINKED_VTE ||
    Number(read("KONSOLE_VERSION")) >= LINKED_KONSOLE;
}

/** How the terminal is told what the desktop is to show. */
export interface NoticeProtocol {
  /** OSC 9 (iTerm2) takes a text, OSC 777 (urxvt, and most others) a title and a text. */
  readonly osc: 9 | 777;
  /** Whether tmux stands in between, which passes on only what is wrapped for it. */
  readonly isInTmux: boolean;
}

/** Terminals that know only OSC 9. Elsewhere it may mean other things, as in ConEmu. */
const OSC_9_PROGRAMS: ReadonlySet<string> = new Set([
  "iTerm.app",
  "vscode",
  "WarpTerminal",
  "zed",
]);

/**
 * How a notice gets to the desktop; `undefined` where it cannot. A terminal that is not known is taken
 * for one with OSC 777: over ssh most give only `xterm-256color`, and those that lack it ignore it.
 */
export function noticeProtocol(
  read: ReadVariable = permittedVariable,
): NoticeProtocol | undefined {
  const isInTmux = isSet(read, "TMUX") || read("TERM_PROGRAM") === "tmux";
  if (!isInTmux && isScreen(read)) return undefined;
  if (/^(?:dumb|linux|vt\d|cons25|eterm)/.test(read("TERM") ?? "dumb")) return undefined;
  const isITerm = read("LC_TERMINAL") === "iTerm2";
  const osc = isITerm || OSC_9_PROGRAMS.has(read("TERM_PROGRAM") ?? "") ? 9 : 777;
  return { osc, isInTmux };
}

function isScreen(read: ReadVariable): boolean {
  return isSet(read, "STY") || /^screen(?:$|[-.])/.test(read("TERM") ?? "");
}

function isSet(read: ReadVariable, name: string): boolean {
  return (read(name) ?? "") !== "";
}

function isTmuxLinked(version: string): boolean {
  if (version === "master" || version.startsWith("next-")) return true;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const [leastMajor, leastMinor] = LINKED_TMUX;
  return Number(major) > leastMajor ||
    Number(major) === leastMajor && Number(minor) >= leastMinor;
}
