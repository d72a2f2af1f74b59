import { readdir, readFile } from 'node:fs/promises';

/**
 * Proportional memory (PSS) of every process that this one started, and of those they started: pages
 * that several share are counted once. Linux only.
 * @returns {Promise<number>} bytes
 */
export async function memoryOfChildren() {
  const sizes = await Promise.all((await descendants(process.pid)).map(pssBytes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Samples {@link memoryOfChildren} until told to stop.
 * @param {number} everyMs
 * @returns {() => Promise<{ peakBytes: number, samples: number }>}
 */
export function watchMemory(everyMs) {
  const seen = { peakBytes: 0, samples: 0 };
  const ending = new AbortController();
  const watching = (async () => {
    while (!ending.signal.aborted) {
      seen.peakBytes = Math.max(seen.peakBytes, await memoryOfChildren());
      seen.samples++;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async () => {
    ending.abort();
    await watching;
    return seen;
  };
}

/**
 * @param {number} root
 * @returns {Promise<number[]>} process ids, without root
 */
async function descendants(root) {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of names) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The second field is a name in brackets that may hold anything; the parent is the fourth.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const id of found) found.push(...(children.get(id) ?? []));
  return found.slice(1);
}

/** @param {number} id of a process; one that has ended takes nothing */
async function pssBytes(id) {
  const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
  return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}
