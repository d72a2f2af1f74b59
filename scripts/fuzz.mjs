import { parseArgs } from 'node:util';
import { ensurePackages } from './packages.mjs';
import { runVisibly, tool } from './run-command.mjs';

const { values } = parseArgs({
  options: {
    /** How many of each: cards, tables, folders and saved files, graphs. */
    runs: { type: 'string', default: '5000' },
    /** The same seed makes the same changes. */
    seed: { type: 'string', default: '1' },
  },
});

process.env['FUZZ_RUNS'] = values.runs;
process.env['FUZZ_SEED'] = values.seed;
await ensurePackages();
try {
  const file = 'test/unit/models/hostile.test.ts';
  await runVisibly(...tool('vitest/vitest.mjs', ['run', '--project', 'unit', file]));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
