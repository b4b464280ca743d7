/** All experiments, in the order of the course. */
import { bitflip } from "./attacks/bitflip.ts";
import { drop } from "./attacks/drop.ts";
import { eavesdrop } from "./attacks/eavesdrop.ts";
import { flood } from "./attacks/flood.ts";
import { later } from "./attacks/later.ts";
import { lowOrder } from "./attacks/low_order.ts";
import { mitm } from "./attacks/mitm.ts";
import { paddingOracle } from "./attacks/padding_oracle.ts";
import { quantum } from "./attacks/quantum.ts";
import { reflect } from "./attacks/reflect.ts";
import { reorder } from "./attacks/reorder.ts";
import { replay } from "./attacks/replay.ts";
import { terminal } from "./attacks/terminal.ts";
import { truncate } from "./attacks/truncate.ts";
import type { Experiment } from "./experiment.ts";

/** In the order of the lessons. */
export const EXPERIMENTS: readonly Experiment[] = [
  eavesdrop,
  mitm,
  bitflip,
  paddingOracle,
  replay,
  reorder,
  drop,
  reflect,
  truncate,
  lowOrder,
  later,
  quantum,
  terminal,
  flood,
];
