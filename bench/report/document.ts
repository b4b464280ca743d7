/**
 * Writes `docs/BENCHMARKS.md` and its pictures.
 *
 * @module
 */
import type { MeasureResult } from "../harness/result.ts";
import { type Circumstances, markdown, withGenerated } from "./markdown.ts";
import { plotSvg } from "./plot.ts";

/** Writes them into a checkout. What people wrote in the document stays. */
export async function writeDocument(
  root: URL,
  results: readonly MeasureResult[],
  circumstances: Circumstances,
): Promise<void> {
  const folder = new URL("docs/benchmarks/", root);
  await Deno.mkdir(folder, { recursive: true });
  for (const { measure, curves } of results) {
    for (const { name, title, axis, quantity } of measure.growth ?? []) {
      const found = curves.get(name) ?? [];
      if (found.length === 0) continue;
      const { label, unit } = measure.quantities[quantity] ?? { label: quantity, unit: "" };
      const value = unit === "" ? label : `${label}, ${unit}`;
      const svg = plotSvg({ title, axis, value, curves: found });
      await Deno.writeTextFile(new URL(`${name}.svg`, folder), svg);
    }
  }
  const path = new URL("docs/BENCHMARKS.md", root);
  const document = await Deno.readTextFile(path).catch(() => "# Benchmarks\n");
  const generated = markdown(results, circumstances, (name) => `benchmarks/${name}.svg`);
  await Deno.writeTextFile(path, withGenerated(document, generated));
}
