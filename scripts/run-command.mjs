import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone; every command runs there. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a command whose output the user sees.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env] added to the present environment
 * @returns {Promise<void>}
 * @throws {Error} where it cannot start or its exit status is not 0
 */
export async function runVisibly(command, args, env = {}) {
  const { code } = await start(command, args, env, 'inherit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit status ${code}.`);
}

/**
 * Runs a command and keeps what it prints.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env] added to the present environment
 * @returns {Promise<{ code: number, output: string }>} stdout and stderr together, as they came
 */
export function runQuietly(command, args, env = {}) {
  // Reports are read as plain text, wherever this runs.
  return start(command, args, { ...env, NO_COLOR: '1', FORCE_COLOR: undefined }, 'pipe');
}

/**
 * The command line of a JavaScript tool from node_modules, without a shell between.
 * @param {string} script path inside node_modules, such as `typescript/bin/tsc`
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function tool(script, args) {
  return [process.execPath, [join(projectRoot, 'node_modules', script), ...args]];
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @param {'inherit' | 'pipe'} output
 * @returns {Promise<{ code: number, output: string }>}
 */
function start(command, args, env, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
      shell: command.endsWith('.cmd'),
    });
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part) => (text += part));
    child.stderr?.setEncoding('utf8').on('data', (part) => (text += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: text }));
  });
}
