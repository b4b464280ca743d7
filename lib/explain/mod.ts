/**
 * What happens on a connection, in plain words and with all its bytes: made from the trace of the real
 * connection as it happens.
 *
 * @module
 */
export { Explainer, type ExplainerOptions, MAX_EXPLAINED_RECORDS } from "./explainer.ts";
export * from "./explanation.ts";
export * from "./omitted.ts";
export * from "./page/page.ts";
