import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { ensureChromium } from './chromium.mjs';
import { inLanes } from './in-lanes.mjs';
import { ensurePackages } from './packages.mjs';
import { STEPS } from './test-steps.mjs';

/** @import { Count, Step } from './test-steps.mjs' */

/** Most steps use one core for much of their time. More than two at once would make each other late. */
const MOST_AT_ONCE = 2;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No step is called ${unknown.join(', ')}. Steps: ${STEPS.map((s) => s.name).join(' ')}`,
  );
  process.exit(2);
}
const steps = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name));

await ensurePackages();
if (steps.some((step) => step.needsChromium)) {
  // Steps that need it fail below, each with its own words; the others are still worth running.
  await ensureChromium().catch((error) => console.error(error.message));
}

/** @type {Required<Count>} */
const total = { passed: 0, failed: 0, skipped: 0, output: '' };
await inLanes(steps, Math.min(MOST_AT_ONCE, availableParallelism()), runStep);
console.log(`\n${inWords(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/**
 * Runs a step and prints what became of it, whole, when it has ended.
 * @param {Step} step
 */
async function runStep(step) {
  const start = performance.now();
  const count = await step.run().catch((/** @type {Error} */ error) => failure(error));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const verdict = count.failed > 0 ? 'FAIL' : 'ok  ';
  const line = `${verdict} ${step.name.padEnd(8)} ${inWords(count)} (${seconds} s)`;
  console.log(count.failed > 0 ? `${count.output.trimEnd()}\n${line}` : line);
}

/**
 * @param {Error} error
 * @returns {Count}
 */
function failure(error) {
  return { passed: 0, failed: 1, skipped: 0, output: error.stack ?? error.message };
}

/** @param {Count} count */
function inWords({ passed, failed, skipped }) {
  const words = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${words}, ${skipped} skipped` : words;
}
