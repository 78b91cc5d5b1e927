import { ingest } from '../../tools/bench/ingest';

test('the bench of ingesting runs from one end to the other, and loses no row on its way', async () => {
  const report = await ingest({ file: 20_000, turns: 1, small: 10_000, large: 30_000, seconds: 0.2, limits: [1_000] });
  expect(report).toMatch(/^Ingest: /);
  for (const nth of [1, 2, 3, 4, 5]) expect(report).toContain(`| ${nth}. `);
  expect(report).not.toContain('NaN');
});
