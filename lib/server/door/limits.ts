/** How many connections an address of another machine may have, unless the rules say otherwise. */
export const MAX_PER_ADDRESS = 100;
