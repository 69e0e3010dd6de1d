/** An element of an XML document, as far as tests need it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Parses XML strictly: unclosed, crossed or unquoted parts, and bare ampersands, throw. Comments and CDATA are not expected. */
export function parseXml(source: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    end = token.lastIndex;
    const [, closing, name, attributes, alone, text] = match;
    if (text !== undefined) {
      open.at(-1)!.text += unescapeText(text);
    } else if (closing) {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes another element, near ${end}`);
    } else {
      const pairs = [...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [
        key!,
        unescapeText(value!),
      ]);
      const names = pairs.map(([key]) => key);
      if (new Set(names).size < names.length) throw new Error(`<${name}> has an attribute twice, near ${end}`);
      const element: Element = { name: name!, attributes: Object.fromEntries(pairs), children: [], text: "" };
      open.at(-1)!.children.push(element);
      if (!alone) open.push(element);
    }
  }
  if (end !== source.length) throw new Error(`not XML at ${end}: ${source.slice(end, end + 40)}`);
  if (open.length !== 1 || root.children.length !== 1) throw new Error("expected one root element, closed");
  return root.children[0]!;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#160": " " };

function unescapeText(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (all, name: string) => {
    if (!all.endsWith(";") || !(name in ENTITIES)) throw new Error(`unknown entity ${all}`);
    return ENTITIES[name]!;
  });
}

/** All elements with a name, at any depth. */
export function findAll(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...findAll(child, name)]);
}
