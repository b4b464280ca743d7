/**
 * What an explanation is made by, in one piece, so that all of it can be loaded at once, or not at all.
 *
 * @module
 */
export { Page } from "../../explain/mod.ts";
export { ExplainedConnections } from "./explained_connections.ts";
export { PageFile } from "./page_file.ts";
export { ThrottledExplanations } from "./throttled_explanations.ts";
