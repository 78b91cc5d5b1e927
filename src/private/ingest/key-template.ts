/** `DRUG#{drug_name}` as alternating literal text and names. Shared by the synth-time check and the Lambda code. */
export type TemplatePart = { readonly text: string } | { readonly name: string };

/** Splits a key template; throws when a brace is left open or empty. */
export function parseKeyTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  const pattern = /\{([^{}]+)\}|([^{}]+)/gy;
  while (pattern.lastIndex < template.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(template);
    if (!match) throw new Error(`unexpected '${template[at]}' at position ${at}`);
    parts.push(match[1] !== undefined ? { name: match[1] } : { text: match[2] });
  }
  return parts;
}

/** The column and variable names a template uses, each once. */
export function namesInTemplate(template: string): string[] {
  return [...new Set(parseKeyTemplate(template).flatMap((part) => ('name' in part ? [part.name] : [])))];
}
