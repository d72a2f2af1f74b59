import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * @import { Outcome } from '../shared/outcome.ts'
 * @import { StageTimes } from '../worker/protocol.ts'
 * @import { ColorizedFile } from './engine-page-api.ts'
 * @import { Job } from './inputs.mjs'
 */

/**
 * What became of one file; what is not known is null.
 * @typedef {{
 *   input: string,
 *   output: string | null,
 *   status: 'ok' | 'failed',
 *   code: string | null,
 *   message: string | null,
 *   model: string | null,
 *   variant: string | null,
 *   width: number | null,
 *   height: number | null,
 *   modelWidth: number | null,
 *   modelHeight: number | null,
 *   device: string | null,
 *   peakGpuBytes: number | null,
 *   ms: StageTimes | null,
 *   steps: string[],
 * }} ReportEntry
 */

/**
 * @param {Job} job
 * @param {Outcome<ColorizedFile>} outcome
 * @returns {ReportEntry}
 */
export function entryOf(job, outcome) {
  return outcome.ok ? entryOfResult(job, outcome.value) : entryOfFailure(job, outcome.error);
}

/**
 * @param {Job} job
 * @param {ColorizedFile} result
 * @returns {ReportEntry}
 */
function entryOfResult(job, { report, width, height, ms }) {
  const { plan, steps, peakGpuBytes } = report;
  return {
    input: job.shown,
    output: job.output,
    status: 'ok',
    code: null,
    message: null,
    model: plan.model,
    variant: plan.variant,
    width,
    height,
    modelWidth: plan.modelWidth,
    modelHeight: plan.modelHeight,
    device: plan.backend,
    peakGpuBytes,
    ms,
    steps,
  };
}

/**
 * @param {Job} job
 * @param {{ code: string, message: string }} error
 * @returns {ReportEntry}
 */
function entryOfFailure(job, { code, message }) {
  return {
    input: job.shown,
    output: null,
    status: 'failed',
    code,
    message,
    model: null,
    variant: null,
    width: null,
    height: null,
    modelWidth: null,
    modelHeight: null,
    device: null,
    peakGpuBytes: null,
    ms: null,
    steps: [],
  };
}

/**
 * One line for people.
 * @param {ReportEntry} entry
 * @param {number} seconds
 */
export function lineOf(entry, seconds) {
  if (entry.status === 'failed') return `${entry.input} failed: ${entry.message} (${entry.code})`;
  const { input, output, width, height, device, variant, modelWidth, modelHeight } = entry;
  const network = `${modelWidth}×${modelHeight} ${variant} on ${device}`;
  return `${input} → ${output}  ${width}×${height}, ${network}, ${seconds.toFixed(1)} s`;
}

/**
 * Writes the report, making its folder if need be.
 * @param {string} path
 * @param {ReportEntry[]} entries
 */
export async function writeReport(path, entries) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(entries, null, 2)}\n`);
}
