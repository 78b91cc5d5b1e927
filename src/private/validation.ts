import { Duration, Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';

/**
 * Thrown for properties that contradict each other or a quota. Not exported: jsii has no error classes, so the
 * stable code is part of the message.
 */
class InvalidPropertyError extends Error {
  constructor(readonly code: string, message: string) {
    super(`${message} [${code}]`);
    this.name = 'InvalidPropertyError';
  }
}

/** Stops the synthesis with a message that names the property and the value, and a stable code. */
export function invalid(code: string, message: string): never {
  throw new InvalidPropertyError(code, message);
}

/** Checks a whole number against its bounds; tokens are let through. */
export function validateInteger(name: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    invalid('OUT_OF_RANGE', `'${name}' must be a whole number between ${min} and ${max}, got ${value}`);
  }
}

/** Checks a duration against its bounds; the services count whole seconds. Tokens are let through. */
export function validateDuration(name: string, value: Duration | undefined, min: Duration, max: Duration): void {
  if (value === undefined || value.isUnresolved()) return;
  const seconds = value.toSeconds({ integral: false });
  if (!Number.isInteger(seconds)) invalid('NOT_WHOLE_SECONDS', `'${name}' must be whole seconds, got ${value.toHumanString()}`);
  if (seconds < min.toSeconds() || seconds > max.toSeconds()) {
    invalid('OUT_OF_RANGE', `'${name}' must be between ${min.toHumanString()} and ${max.toHumanString()}, got ${value.toHumanString()}`);
  }
}

/** Checks a size against its bounds, in bytes; tokens are let through. */
export function validateSize(name: string, value: Size | undefined, min: Size, max: Size): void {
  if (value === undefined || value.isUnresolved()) return;
  const bytes = value.toBytes({ rounding: SizeRoundingBehavior.NONE });
  if (!Number.isInteger(bytes) || bytes < min.toBytes() || bytes > max.toBytes()) {
    invalid('OUT_OF_RANGE', `'${name}' must be between ${min.toBytes()} and ${max.toBytes()} whole bytes, got ${bytes}`);
  }
}

/** Checks a duration that S3 counts in days; tokens are let through. */
export function validateDays(name: string, value: Duration | undefined): void {
  if (value === undefined || value.isUnresolved()) return;
  const days = value.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    invalid('NOT_WHOLE_DAYS', `'${name}' must be whole days, at least 1, got ${value.toHumanString()}`);
  }
}

/** True when both values are known at synth, so that they can be compared. */
export function areKnown(...durations: (Duration | undefined)[]): boolean {
  return durations.every((duration) => duration !== undefined && !duration.isUnresolved());
}

/** The first value that occurs twice, if any; tokens are not compared. */
export function firstDuplicate(values: readonly string[]): string | undefined {
  const known = values.filter((value) => !Token.isUnresolved(value));
  return known.find((value, index) => known.indexOf(value) !== index);
}

/** Checks the form of content types, which clients send and S3 compares letter by letter. */
export function validateContentTypes(contentTypes: readonly string[]): void {
  if (Token.isUnresolved(contentTypes)) return;
  if (contentTypes.length === 0) invalid('NO_CONTENT_TYPES', "'contentTypes' must name at least one content type, got none");
  for (const type of contentTypes) {
    if (!Token.isUnresolved(type) && !/^(\*\/\*|[a-z0-9!#$&^_.+-]+\/(\*|[a-z0-9!#$&^_.+-]+))$/.test(type)) {
      invalid('INVALID_CONTENT_TYPE', `'contentTypes' must be content types such as 'text/csv', families such as 'text/*', or '*/*' for any, got '${type}'`);
    }
  }
}

/** Checks the caps of a table on demand. */
export function validateRequestUnits(caps: { readonly maxReadRequestUnits?: number; readonly maxWriteRequestUnits?: number }): void {
  validateInteger('maxReadRequestUnits', caps.maxReadRequestUnits, 1, Number.MAX_SAFE_INTEGER);
  validateInteger('maxWriteRequestUnits', caps.maxWriteRequestUnits, 1, Number.MAX_SAFE_INTEGER);
}
