/** @import { Browser, Page } from 'playwright-core' */

/** A thread busy for longer than this is felt (https://w3c.github.io/longtasks/). */
export const LONG_TASK_MS = 50;

/**
 * @typedef {{ name: string, pid: number, tid: number, tdur?: number, args: { name?: string } }} TraceEvent
 */

/**
 * Longest task of pages' main threads in ms of processor time, which other programs do not add to.
 * @param {Browser} browser
 * @param {Page} page
 * @param {() => Promise<void>} work
 * @returns {Promise<number>}
 */
export async function longestTask(browser, page, work) {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await work();
  const trace = await browser.stopTracing();
  /** @type {TraceEvent[]} */
  const events = JSON.parse(trace.toString()).traceEvents;
  const threads = new Map(
    events
      .filter(({ name }) => name === 'thread_name')
      .map(({ pid, tid, args }) => [`${pid}:${tid}`, args.name]),
  );
  const tasks = events.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && threads.get(`${pid}:${tid}`) === 'CrRendererMain',
  );
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000));
}
