import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot, runVisibly } from './run-command.mjs';

/**
 * Installs the locked packages with `npm ci` where they are absent or differ from the lock.
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {Error} where npm fails
 */
export async function ensurePackages() {
  if (await arePackagesInstalled()) return false;
  console.log('Installing packages (npm ci) …');
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  await runVisibly(...npmCommand(['ci', ...flags]));
  return true;
}

/** True where what npm installed (its own list in node_modules) is what the lock asks for. */
async function arePackagesInstalled() {
  const wanted = await readPackageList('package-lock.json');
  const installed = await readPackageList(join('node_modules', '.package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing: this folder is not a whole clone.');
  if (!installed) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      // Packages for other systems are left out of an installation; that is as it should be.
      entry.optional ||
      entry.devOptional ||
      installed[path]?.version === entry.version,
  );
}

/**
 * @param {string} path
 * @returns {Promise<Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | null>}
 */
async function readPackageList(path) {
  const text = await readFile(join(projectRoot, path), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text).packages;
}

/**
 * npm as it was called, or the one on the path.
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
function npmCommand(args) {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js')) return [process.execPath, [script, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}
