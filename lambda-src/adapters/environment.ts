/** Reads a variable that the construct always sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`the environment variable ${name} is missing`);
  return value;
}

export function requiredInteger(name: string): number {
  const value = Number(required(name));
  if (!Number.isSafeInteger(value)) throw new Error(`the environment variable ${name} must be an integer`);
  return value;
}

/** A JSON array of strings. */
export function requiredList(name: string): string[] {
  const value: unknown = JSON.parse(required(name));
  if (!Array.isArray(value)) throw new Error(`the environment variable ${name} must be a JSON array`);
  return value.map(String);
}
