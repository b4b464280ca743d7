/**
 * All measures.
 *
 * @module
 */
import type { Measure } from "../harness/measure.ts";
import { AT_REST } from "./at_rest.ts";
import { BULK } from "./bulk.ts";
import { FAN_OUT } from "./fan_out.ts";
import { HANDSHAKE } from "./handshake.ts";
import { HISTORY } from "./history.ts";
import { JOINS } from "./joins.ts";
import { MEMORY } from "./memory.ts";
import { RECORD } from "./record.ts";
import { ROUND_TRIP } from "./round_trip.ts";
import { START } from "./start.ts";

/** In the order in which they are run and shown. */
export const MEASURES: readonly Measure[] = [
  ROUND_TRIP,
  RECORD,
  BULK,
  HANDSHAKE,
  START,
  FAN_OUT,
  AT_REST,
  JOINS,
  HISTORY,
  MEMORY,
];
