import { readFile } from 'node:fs/promises';

/**
 * Reads what `npm run evaluate -- … --json FILE` has written, or its Python counterpart.
 * @param {string} path
 * @returns {Promise<import('./summary.mjs').Evaluation | null>} null where it is something else
 */
export async function readEvaluation(path) {
  try {
    const found = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(found.rows) && found.settings ? found : null;
  } catch {
    return null;
  }
}
