import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { findLargeFiles } from './large-files.mjs';
import { projectRoot, runQuietly, tool } from './run-command.mjs';

/** @import { FaultEntry } from '../test/fault/kinds.ts' */

/**
 * What a step found; `output` is what its tools printed.
 * @typedef {{ passed: number, failed: number, skipped: number, output: string }} Count
 */

/**
 * One step of `npm test`, begun once those in `after` have ended. A rejection counts as one failure.
 * @typedef {{ name: string, after?: string[], needsChromium?: boolean, run: () => Promise<Count> }} Step
 */

/** The realms that tsc checks one by one. */
const REALMS = [
  'src/app',
  'src/worker',
  'src/cli',
  'src/bench',
  'src/embedding',
  'src/offline',
  'src/embed',
  'test',
];

/** Where reports of test runners go. */
const REPORTS = join(projectRoot, '.cache', 'reports');

/**
 * Every step, in the order in which they begin. The longest is e2e: it goes first, and all others beside it.
 * @type {Step[]}
 */
export const STEPS = [
  { name: 'build', run: () => check(tool('vite/bin/vite.js', ['build', '--logLevel', 'warn'])) },
  { name: 'e2e', after: ['build'], needsChromium: true, run: endToEnd },
  {
    name: 'format',
    run: () => check(tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'])),
  },
  { name: 'lint', run: lint },
  { name: 'types', run: checkTypes },
  { name: 'knip', run: () => check(tool('knip/bin/knip.js', ['--no-progress'])) },
  { name: 'files', run: checkFiles },
  { name: 'size', after: ['build'], run: checkSizes },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'python', run: python },
  { name: 'browser', needsChromium: true, run: () => vitest('browser') },
  { name: 'faults', needsChromium: true, run: faults },
];

/**
 * One fault of each room: memory, device, output, worker, storage. All kinds, and those in the middle of a repair or of
 * more colours, take minutes on a software adapter: `npm run faults`.
 */
const FEW_FAULTS = [
  '--kinds',
  'out-of-memory,device-lost,nan-output,worker-terminated,shard-corrupted',
  ...['--runs', '5', '--photographs', '1', '--seed', '56'],
];

/**
 * A command that passes or fails as one.
 * @param {[string, string[]]} command
 * @returns {Promise<Count>}
 */
async function check([command, args]) {
  const { code, output } = await runQuietly(command, args);
  return code === 0 ? pass(output) : fail(output);
}

/** @returns {Promise<Count>} */
async function lint() {
  return add(
    await check(tool('oxlint/bin/oxlint', ['--deny-warnings'])),
    await check(
      tool('eslint/bin/eslint.js', [
        'src',
        '--max-warnings',
        '0',
        '--no-error-on-unmatched-pattern',
      ]),
    ),
  );
}

/** @returns {Promise<Count>} */
async function checkTypes() {
  const realms = [];
  for (const realm of REALMS)
    realms.push(await check(tool('typescript-native/bin/tsc', ['-p', realm])));
  const svelteArgs = [
    '--tsconfig',
    'src/app/tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ];
  return add(...realms, await check(tool('svelte-check/bin/svelte-check', svelteArgs)));
}

/** @returns {Promise<Count>} */
async function checkFiles() {
  const large = await findLargeFiles();
  return large.length === 0
    ? pass('')
    : fail(`Too large to be in the repository:\n${large.join('\n')}`);
}

/** @returns {Promise<Count>} */
async function checkSizes() {
  await buildOnce();
  return check(tool('size-limit/bin.js', []));
}

/**
 * @param {string} project
 * @returns {Promise<Count>}
 */
async function vitest(project) {
  const report = await freshReport(`${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = ['run', '--project', project, ...reporters];
  const { code, output } = await runQuietly(...tool('vitest/vitest.mjs', args));
  const found = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
  return counted(code, output, {
    passed: found.numPassedTests,
    failed: found.numFailedTests,
    skipped: (found.numPendingTests ?? 0) + (found.numTodoTests ?? 0),
  });
}

/**
 * Tests of training and of the tools in models/, where Python and the packages are present
 * (models/pyproject.toml); PYTHON names another interpreter. Where not, that counts as one skipped.
 * @returns {Promise<Count>}
 */
async function python() {
  const interpreter = process.env['PYTHON'] ?? 'python3';
  const needed = 'import torch, onnx, onnxruntime, numpy, PIL, pytest';
  const present = await runQuietly(interpreter, ['-c', needed]).catch((error) => ({
    code: 1,
    output: error.message,
  }));
  if (present.code !== 0) {
    const reason = present.output.trim().split('\n').at(-1);
    console.log(`python is skipped, models/ is not tested: ${reason} (models/pyproject.toml)`);
    return { passed: 0, failed: 0, skipped: 1, output: '' };
  }
  const report = await freshReport('python.xml');
  const models = join(projectRoot, 'models');
  const args = ['-m', 'pytest', '--rootdir', models, '-c', join(models, 'pyproject.toml'), models];
  const { code, output } = await runQuietly(interpreter, [...args, `--junit-xml=${report}`], {
    PYTHONDONTWRITEBYTECODE: '1',
  });
  const suite = /<testsuite [^>]*>/.exec(await readFile(report, 'utf8').catch(() => ''))?.[0] ?? '';
  const number = (/** @type {string} */ name) =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  return counted(code, output, { passed: number('tests') - failed - skipped, failed, skipped });
}

/** @returns {Promise<Count>} */
async function endToEnd() {
  await buildOnce();
  const report = await freshReport('e2e.json');
  const { code, output } = await runQuietly(
    ...tool('@playwright/test/cli.js', ['test', '--reporter=line,json']),
    { PLAYWRIGHT_JSON_OUTPUT_FILE: report, PLAYWRIGHT_FORCE_TTY: '0' },
  );
  const { stats } = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
  return counted(code, output, {
    passed: stats?.expected,
    // A test that passes only at times is a failure: no retries are configured, so none should be.
    failed: stats && stats.unexpected + stats.flaky,
    skipped: stats?.skipped,
  });
}

/** @returns {Promise<Count>} */
async function faults() {
  const report = await freshReport('faults.json');
  const script = join(projectRoot, 'scripts', 'faults.mjs');
  const args = [script, ...FEW_FAULTS, '--json', report];
  const { code, output } = await runQuietly(process.execPath, args);
  /** @type {FaultEntry[]} */
  const entries = JSON.parse(await readFile(report, 'utf8').catch(() => '[]'));
  const good = entries.filter(({ recovered, leakedBytes }) => recovered && leakedBytes === 0);
  const failed = entries.length - good.length;
  return counted(code, output, { passed: good.length, failed });
}

/**
 * A runner's own numbers. Where it failed without a failed test (a file that does not load, nothing
 * to run), that is one failure.
 * @param {number} code
 * @param {string} output
 * @param {{ passed?: number, failed?: number, skipped?: number }} numbers
 * @returns {Count}
 */
function counted(code, output, { passed = 0, failed = 0, skipped = 0 }) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped, output };
}

/**
 * @param {string} output
 * @returns {Count}
 */
function pass(output) {
  return { passed: 1, failed: 0, skipped: 0, output };
}

/**
 * @param {string} output
 * @returns {Count}
 */
function fail(output) {
  return { passed: 0, failed: 1, skipped: 0, output };
}

/**
 * @param {Count[]} counts
 * @returns {Count} the sum; the output is that of the failed
 */
function add(...counts) {
  return counts.reduce((sum, count) => ({
    passed: sum.passed + count.passed,
    failed: sum.failed + count.failed,
    skipped: sum.skipped + count.skipped,
    output: [sum, count].map((part) => (part.failed > 0 ? part.output : '')).join(''),
  }));
}

/** @type {Promise<void> | undefined} */
let built;

/** Steps that need the build and begin at the same time share it. */
function buildOnce() {
  return (built ??= ensureBuild());
}

/** @param {string} name */
async function freshReport(name) {
  const path = join(REPORTS, name);
  await mkdir(REPORTS, { recursive: true });
  await rm(path, { force: true });
  return path;
}
