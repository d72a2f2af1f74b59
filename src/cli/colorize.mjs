import { mkdir } from 'node:fs/promises';
import { ensureBuild } from '../../scripts/build.mjs';
import { ensurePackages } from '../../scripts/packages.mjs';
import { readArguments, USAGE, UsageError } from './arguments.mjs';
import { planJobs } from './inputs.mjs';
import { inPipeline } from './pipeline.mjs';
import { entryOf, lineOf, writeReport } from './report.mjs';

/**
 * @import { Order } from './arguments.mjs'
 * @import { Job } from './inputs.mjs'
 * @import { ReportEntry } from './report.mjs'
 */

/** What JPEG files are saved with: no visible loss at a third of the size of 1.0. */
const JPEG_QUALITY = 0.92;

/** Files under way: one in the network, one decoded ahead of it and one written behind it. */
const FILES_AT_ONCE = 3;

// npm moves to the project's folder; paths are meant from where the command was typed.
process.chdir(process.env['INIT_CWD'] || '.');
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nnpm run colorize -- --help explains.`);
  process.exitCode = 2;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
async function main(args) {
  const order = readArguments(args);
  if (order === 'help') {
    console.log(USAGE);
    return 0;
  }
  const jobs = await planJobs(order.inputs, order.out, order.format);
  await makeFolder(order.out);
  await ensurePackages();
  await ensureBuild();
  /** @type {ReportEntry[]} */
  const entries = [];
  try {
    const isWhole = await colorizeAll(jobs, order, entries);
    if (!isWhole) return 130;
  } finally {
    if (order.report !== null) await writeReport(order.report, entries);
  }
  const failed = entries.filter((entry) => entry.status === 'failed').length;
  console.error(`${entries.length - failed} coloured, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

/**
 * @param {Job[]} jobs
 * @param {Order} order
 * @param {ReportEntry[]} entries filled as files are finished
 * @returns {Promise<boolean>} false where the user interrupted it
 */
async function colorizeAll(jobs, order, entries) {
  // Only now: before `ensurePackages` there may be no playwright-core to import.
  const { EngineHost } = await import('./engine-host.mjs');
  const host = new EngineHost({ wantsGpu: order.device !== 'wasm', model: order.model });
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    void host.close();
  };
  process.once('SIGINT', interrupt);
  try {
    const colorize = async (/** @type {Job} */ job) => ({
      job,
      outcome: await host.colorizeFile(requestOf(job, order)),
    });
    let since = performance.now();
    for await (const { job, outcome } of inPipeline(jobs, colorize, FILES_AT_ONCE)) {
      const entry = entryOf(job, outcome);
      entries.push(entry);
      // Since the file before, beside which most of this one was done.
      const now = performance.now();
      console.error(`[${entries.length}/${jobs.length}] ${lineOf(entry, (now - since) / 1000)}`);
      since = now;
    }
  } catch (error) {
    if (!isInterrupted) throw error;
  } finally {
    process.off('SIGINT', interrupt);
    await host.close();
  }
  return !isInterrupted;
}

/**
 * @param {Job} job
 * @param {Order} order
 */
function requestOf(job, { size, device, strength, format }) {
  return {
    input: job.input,
    output: job.output,
    name: job.shown,
    wish: /** @type {const} */ ({ kind: 'auto', size, device, wantsPreview: false }),
    look: { strength, saturation: 1 },
    format,
    quality: JPEG_QUALITY,
  };
}

/** @param {string} folder */
async function makeFolder(folder) {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The folder for results cannot be made: ${reason}`, { cause: error });
  }
}
