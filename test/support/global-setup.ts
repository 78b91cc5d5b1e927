import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureEngine, PROJECT_ROOT } from '../../tools/local-engine';

const END_TO_END = join(PROJECT_ROOT, 'test', 'e2e');

/** What jest passes, as far as it is used here. */
interface JestConfig {
  readonly testPathPatterns?: { readonly patterns: readonly string[] };
}

/** The tests' own engine, beside that of the demo; it evaluates IAM policies, so that every test is one of the grants too. */
function useEngineOfTheTests(): void {
  process.env.LOCAL_ENGINE_PORT ??= '4567';
  process.env.LOCAL_ENGINE_ENFORCE_IAM ??= '1';
}

/** Starts the local engine once, before any worker needs it; a run without end-to-end tests starts nothing. */
export default async function globalSetup(config: JestConfig): Promise<void> {
  useEngineOfTheTests();
  // TableV2 of the lowest CDK version calls a deprecated part of itself, loudly.
  process.env.JSII_DEPRECATED ??= 'quiet';
  if (!endToEndTests().some((file) => isSelected(file, config.testPathPatterns?.patterns ?? []))) return;
  const environment = { ...process.env };
  await ensureEngine((line) => process.stderr.write(`${line}\n`));
  // Workers inherit this process's environment; only tests that ask for the engine may be pointed at it.
  process.env = environment;
}

function endToEndTests(): string[] {
  if (!existsSync(END_TO_END)) return [];
  return readdirSync(END_TO_END, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(END_TO_END, name));
}

function isSelected(file: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern, 'i').test(file));
}
