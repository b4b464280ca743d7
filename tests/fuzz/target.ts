import type { Material } from "./material.ts";

/** Something that takes what others made, and must stand whatever they made. */
export interface Target {
  /** By which `--target` names it. */
  readonly name: string;
  /**
   * Tries one case.
   *
   * @throws If something is wrong: an error that nobody meant, or an assertion.
   */
  run(material: Material): void | Promise<void>;
}
