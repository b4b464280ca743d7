/**
 * Makes this process look like a platform without `node:crypto`, such as a browser. Import it before
 * anything else; every test file runs in a realm of its own, so no other file notices.
 *
 * @module
 */
Object.defineProperty(globalThis, "process", { value: undefined, configurable: true });
