import { parseXml, XmlElement } from '@rgrove/parse-xml';

/** The root element of a document; undefined if it is none. */
export function xmlRoot(document: string): XmlElement | undefined {
  try {
    return parseXml(document.trim()).root ?? undefined;
  } catch {
    return undefined;
  }
}

export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name);
}

/** The text in the first child with this name. */
export function textIn(parent: XmlElement, name: string): string | undefined {
  return childrenOf(parent, name)[0]?.text;
}

export function requiredText(parent: XmlElement, name: string): string {
  const text = textIn(parent, name);
  if (text === undefined) throw new Error(`the answer has no ${name}`);
  return text;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
