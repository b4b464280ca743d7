/** What an experiment is. */
import type { Outcome } from "./finding.ts";
import type { Lab } from "./lab.ts";

/** One attack, tried on the naive protocol and on this project. */
export interface Experiment {
  /** By which it is called on the command line. */
  readonly name: string;
  /** Which lesson of the course it belongs to: 1 to 10. */
  readonly lesson: number;
  /** What it shows, in one line. */
  readonly title: string;
  /** Runs it with real programs on real sockets, and tells the story meanwhile. */
  run(lab: Lab): Promise<Outcome>;
}
