import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './run-command.mjs';

/** The largest file that a clone should have to carry. */
const MOST_BYTES = 40 * 2 ** 20;

/** Made here, never committed. */
const MADE = new Set([
  'node_modules',
  'dist',
  '.git',
  '.cache',
  'test-results',
  'playwright-report',
]);

/**
 * Files of the project over 40 MiB.
 * @returns {Promise<string[]>} one line each: path and size
 */
export async function findLargeFiles() {
  const large = [];
  for (const path of (await trackedFiles()) ?? (await walk(projectRoot))) {
    const found = await stat(join(projectRoot, path)).catch(() => null);
    if (found && found.size > MOST_BYTES) large.push(`${path}: ${found.size} bytes`);
  }
  return large;
}

/** What git tracks; null outside a git clone. */
async function trackedFiles() {
  try {
    const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], {
      cwd: projectRoot,
      maxBuffer: 2 ** 26,
    });
    return stdout.split('\0').filter((path) => path !== '');
  } catch {
    // Not a clone, or no git on this machine.
    return null;
  }
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} paths relative to the project
 */
async function walk(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => !MADE.has(entry.name))
      .map((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? walk(path) : [relative(projectRoot, path)];
      }),
  );
  return found.flat();
}
