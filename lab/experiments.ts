/** All experiments, in the order of the course. */
import { bitflip } from "./attacks/bitflip.ts";
import type { Experiment } from "./experiment.ts";

/** In the order of the lessons. */
export const EXPERIMENTS: readonly Experiment[] = [bitflip];
