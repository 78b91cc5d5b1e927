import { coldStart } from './cold-start';
import { ingest } from './ingest';
import { largeFile } from './large-file';
import { describeMachine } from './machine';

/** What can be measured, by the name it is asked for with. */
const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  'cold-start': coldStart,
  'ingest': async () => ingest(),
  'large-file': largeFile,
};
/** Takes many minutes: measured only when it is asked for. */
const ON_DEMAND = 'large-file';

/** `npm run bench` measures everything but the large file, `npm run bench -- NAME…` only that. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) throw new Error(`There is no bench '${unknown}', only: ${Object.keys(BENCHES).join(', ')}`);
  process.stdout.write(`${describeMachine()}\n`);
  const usual = Object.keys(BENCHES).filter((name) => name !== ON_DEMAND);
  for (const name of names.length > 0 ? names : usual) process.stdout.write(`\n${await BENCHES[name]()}\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
