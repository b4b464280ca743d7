/**
 * What a server needs once it listens: loaded as a whole, when it has said so.
 *
 * @module
 */
export { endServer } from "./end_server.ts";
export { openHost } from "./host/open_host.ts";
export { openRoom } from "./open_room.ts";
export { QuietCollector } from "./quiet_collector.ts";
export { serve } from "./serve.ts";
