/**
 * What a measure is: subjects that do the same work, figures of each, and comparisons between them.
 *
 * @module
 */
import type { Scope } from "./scope.ts";

/** What was measured of one subject in one round, by the names of {@linkcode Quantity}. */
export type Figures = Readonly<Record<string, number>>;

/** What one subject is given for one round. */
export interface Round {
  /** Owns what the round starts. */
  readonly scope: Scope;
  /** The checkout whose programs and library are measured, as the URL of its folder. */
  readonly tree: string;
  /** How many members, bytes, or whatever the measure counts. */
  readonly size: number;
  /** Whether less work is to do. */
  readonly isQuick: boolean;
}

/** One that does the work: this project in some form, or a peer. */
export interface Subject {
  readonly name: string;
  /** Whether it is this project: then `--against` measures another checkout beside it. */
  readonly isOwn?: boolean;
  /** In how many rounds it takes part at most; by default in all. */
  readonly maxRounds?: number;
  /** Why it cannot be measured here; `undefined` if it can. */
  whyNot?(): Promise<string | undefined>;
  run(round: Round): Promise<Figures>;
}

/** A kind of figure. */
export interface Quantity {
  readonly label: string;
  readonly unit: string;
}

/** Two figures, or one, and what is wanted of them. */
export interface Comparison {
  readonly label: string;
  /**
   * `ratio`: the first divided by the second. `difference`: the second taken from the first.
   * `value`: the first alone.
   */
  readonly kind: "ratio" | "difference" | "value";
  readonly of: Place;
  /** What it is compared with; not there for a `value`. */
  readonly to?: Place;
  /** Nothing: it is shown, and no more. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** Of a ratio there is none. */
  readonly unit?: string;
}

/** A figure of a subject. */
export interface Place {
  readonly subject: string;
  readonly quantity: string;
}

/** How a figure grows with the size. */
export interface Growth {
  /** The name of its picture, and what stands above it. */
  readonly name: string;
  readonly title: string;
  /** What the size counts: `members`, `bytes`. */
  readonly axis: string;
  readonly quantity: string;
  readonly sizes: readonly number[];
  readonly quickSizes: readonly number[];
  /** Which subjects; by default all. */
  readonly subjects?: readonly string[];
  /** The steepest that its line may be, fitted over its upper part; 1 is linear. */
  readonly steepest: number;
}

/** One thing that is measured. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  /** How the figures come about, so that a second person can make them: Markdown. */
  readonly how: string;
  readonly size: number;
  readonly quickSize: number;
  /** How many rounds in a full and in a quick run. */
  readonly rounds: number;
  readonly quickRounds: number;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly subjects: readonly Subject[];
  readonly comparisons: readonly Comparison[];
  readonly growth?: readonly Growth[];
}
