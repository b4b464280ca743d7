/** A page as a browser's parser sees it, for the tests of `lib/explain/page/page.ts`. */
import { type DefaultTreeAdapterTypes as Tree, parse } from "npm:parse5@8.0.0";

/** An element of the page. */
export type Element = Tree.Element;

/** All elements of a page, or of a part of it, in their order. */
export function elements(root: string | Element): Element[] {
  const found: Element[] = [];
  const visit = (node: Tree.Node) => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  if (typeof root === "string") visit(parse(root));
  else root.childNodes.forEach(visit);
  return found;
}

/** The value of an attribute; `undefined` if the element has none of that name. */
export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((candidate) => candidate.name === name)?.value;
}

/** Whether an element has a class. */
export function hasClass(element: Element, name: string): boolean {
  return attribute(element, "class")?.split(/\s+/).includes(name) ?? false;
}

/** The text of an element, with every run of white space as one blank. */
export function text(element: Element): string {
  const collect = (node: Tree.Node): string =>
    "value" in node
      ? node.value
      : "childNodes" in node
      ? node.childNodes.map(collect).join("")
      : "";
  return collect(element).replace(/\s+/g, " ").trim();
}

/** The one element that has a class. */
export function only(root: string | Element, className: string): Element {
  const [found, ...others] = elements(root).filter((element) => hasClass(element, className));
  if (found === undefined || others.length > 0) throw new Error(`not one element .${className}`);
  return found;
}

/** The nearest element around another for which something holds. */
export function around(element: Element, holds: (outer: Element) => boolean): Element | undefined {
  let node: Tree.Node | null = element.parentNode;
  while (node !== null && "tagName" in node) {
    if (holds(node)) return node;
    node = node.parentNode;
  }
  return undefined;
}

/** The names of elements and of their attributes: what must not depend on any text. */
export function shape(root: string): string[] {
  return elements(root).map(({ tagName, attrs }) =>
    `${tagName} ${attrs.map(({ name }) => name).join(" ")}`
  );
}
