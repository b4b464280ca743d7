import assert from "node:assert/strict";
import {
  FEATURE_VARIABLES,
  hasHyperlinks,
  noticeProtocol,
} from "../../../lib/terminal/screens/terminal_features.ts";

type Environment = Readonly<Record<string, string>>;

/** Reads from these variables, and fails for one that nobody allows to be read. */
function reading(environment: Environment): (name: string) => string | undefined {
  return (name) => {
    assert.ok(name === "TERM" || FEATURE_VARIABLES.includes(name), name);
    return environment[name];
  };
}

const XTERM = { TERM: "xterm-256color" };
const TMUX = { TERM: "tmux-256color", TMUX: "/tmp/tmux-0/default,1,0", TERM_PROGRAM: "tmux" };

const LINKED: readonly (readonly [environment: Environment, isLinked: boolean])[] = [
  [{}, false],
  [XTERM, false],
  [{ TERM: "xterm-kitty" }, true],
  [{ TERM: "xterm-ghostty" }, true],
  [{ TERM: "foot" }, true],
  [{ TERM: "foot-extra" }, true],
  [{ TERM: "footloose" }, false],
  [{ TERM: "alacritty" }, true],
  [{ TERM: "linux" }, false],
  [{ ...XTERM, TERM_PROGRAM: "iTerm.app" }, true],
  [{ ...XTERM, TERM_PROGRAM: "vscode" }, true],
  [{ ...XTERM, TERM_PROGRAM: "Apple_Terminal" }, false],
  [{ ...XTERM, LC_TERMINAL: "iTerm2" }, true],
  [{ ...XTERM, WT_SESSION: "0-0" }, true],
  [{ ...XTERM, VTE_VERSION: "7802" }, true],
  [{ ...XTERM, VTE_VERSION: "4602" }, false],
  [{ ...XTERM, KONSOLE_VERSION: "230804" }, true],
  [{ ...XTERM, KONSOLE_VERSION: "200800" }, false],
  [{ TERM: "dumb", TERM_PROGRAM: "vscode", VTE_VERSION: "7802" }, false],
  [{ ...TMUX, TERM_PROGRAM_VERSION: "3.4" }, true],
  [{ ...TMUX, TERM_PROGRAM_VERSION: "3.6a" }, true],
  [{ ...TMUX, TERM_PROGRAM_VERSION: "3.3a", VTE_VERSION: "7802" }, false],
  [{ ...TMUX, TERM_PROGRAM_VERSION: "next-3.7" }, true],
  [{ TERM: "screen", TMUX: "x", TERM_PROGRAM: "vscode" }, false],
  [{ TERM: "screen.xterm-256color", STY: "1.x", VTE_VERSION: "7802" }, false],
];

for (const [environment, isLinked] of LINKED) {
  Deno.test(`hyperlinks: ${isLinked ? "" : "not "}in ${JSON.stringify(environment)}`, () => {
    assert.equal(hasHyperlinks(reading(environment)), isLinked);
  });
}

const NOTICES: readonly (readonly [environment: Environment, protocol: unknown])[] = [
  [XTERM, { osc: 777, isInTmux: false }],
  [{ TERM: "xterm-kitty" }, { osc: 777, isInTmux: false }],
  [{ ...XTERM, TERM_PROGRAM: "iTerm.app" }, { osc: 9, isInTmux: false }],
  [{ ...XTERM, LC_TERMINAL: "iTerm2" }, { osc: 9, isInTmux: false }],
  [{ ...XTERM, TERM_PROGRAM: "vscode" }, { osc: 9, isInTmux: false }],
  [TMUX, { osc: 777, isInTmux: true }],
  [{ ...TMUX, LC_TERMINAL: "iTerm2" }, { osc: 9, isInTmux: true }],
  [{ TERM: "screen", TMUX: "x" }, { osc: 777, isInTmux: true }],
  [{ TERM: "screen-256color", STY: "1.x" }, undefined],
  [{ TERM: "linux" }, undefined],
  [{ TERM: "dumb" }, undefined],
  [{}, undefined],
];

for (const [environment, protocol] of NOTICES) {
  Deno.test(`desktop notices: in ${JSON.stringify(environment)}`, () => {
    assert.deepEqual(noticeProtocol(reading(environment)), protocol);
  });
}
