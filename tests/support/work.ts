/**
 * Counts what a function does, instead of how long it takes: the code units that the built-ins look at
 * which go through a text.
 *
 * @module
 */

// deno-lint-ignore no-explicit-any -- built-ins of every signature
type Method = (this: any, ...args: any[]) => any;

/** Counts for one call of a method, from what it was called on, its arguments and its result. */
type Count = (self: unknown, args: readonly unknown[], result: unknown) => number;

const ofSelf: Count = (self) => String(self).length;

/** From where it began to look to where it stopped. */
const ofSearch: Count = (self, [wanted, from = 0], result) =>
  (typeof result === "number" && result >= 0 ? result : String(self).length) - Number(from) +
  String(wanted).length;

/** How many code units of text the built-ins go through while a function runs. */
export function workOf(run: () => unknown): number {
  let work = 0;
  using stack = new DisposableStack();
  function watch(owner: object, name: string, count: Count): void {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    if (own === undefined) throw new TypeError(`there is no ${name}`);
    const method: Method = own.value;
    stack.defer(() => void Object.defineProperty(owner, name, own));
    Object.defineProperty(owner, name, {
      ...own,
      value(this: unknown, ...args: unknown[]): unknown {
        const result: unknown = method.apply(this, args);
        work += 1 + count(this, args, result);
        return result;
      },
    });
  }
  for (const name of ["split", "normalize", "toLowerCase", "replaceAll"]) {
    watch(String.prototype, name, ofSelf);
  }
  watch(String.prototype, "indexOf", ofSearch);
  watch(String.prototype, "includes", (self) => String(self).length);
  watch(String.prototype, "slice", (_self, _args, result) => String(result).length);
  watch(Intl.Segmenter.prototype, "segment", (_self, [text]) => String(text).length);
  // Also what `test`, `matchAll` and the methods of strings look for.
  const exec = RegExp.prototype.exec;
  stack.defer(() => void (RegExp.prototype.exec = exec));
  RegExp.prototype.exec = function (text: string): RegExpExecArray | null {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, text);
    work += 1 + (found === null ? text.length : found.index + found[0].length) - from;
    return found;
  };
  run();
  return work;
}
