import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReportEntry } from '../../src/cli/report.mjs';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** What a run of the command line left behind. */
export type ColorizeRun = { status: number; stderr: string; stdout: string };

/** Runs `npm run colorize -- ARGS` as a user would, in a process of its own, without npm between. */
export function runColorize(args: string[], folder: string): Promise<ColorizeRun> {
  const script = join(projectRoot, 'src', 'cli', 'colorize.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, INIT_CWD: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run = { stdout: '', stderr: '' };
    child.stdout.on('data', (part: Buffer) => (run.stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (run.stderr += part.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...run, status: status ?? -1 }));
  });
}

/** The report of a run, by the name of each input. */
export async function readReport(path: string): Promise<ReportEntry[]> {
  return JSON.parse(await readFile(path, 'utf8')) as ReportEntry[];
}
