import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensurePackages } from './packages.mjs';
import { projectRoot, runVisibly, tool } from './run-command.mjs';

/** Where the built app lies. */
export const distFolder = join(projectRoot, 'dist');

/** Whatever the build reads. */
const SOURCES = [
  'src',
  'public',
  'models',
  'scripts/vite-model-folder.ts',
  'scripts/vite-licences.ts',
  'scripts/vite-security-policy.ts',
  'scripts/security-policy.mjs',
  'vite.config.ts',
  'package-lock.json',
];

/** Builds the app where it is absent or older than its sources. */
export async function ensureBuild() {
  const built = await stat(join(distFolder, 'index.html')).catch(() => null);
  if (built && built.mtimeMs >= (await newestSourceMs())) return;
  console.log('Building …');
  await build();
}

/**
 * Builds the app into dist/.
 * @throws {Error} where the build fails; no half-built app is left to be served
 */
export async function build() {
  try {
    await runVisibly(...tool('vite/bin/vite.js', ['build', '--logLevel', 'warn']));
  } catch (error) {
    await rm(join(distFolder, 'index.html'), { force: true });
    throw error;
  }
}

async function newestSourceMs() {
  let newest = 0;
  for (const source of SOURCES) {
    const path = join(projectRoot, source);
    const inside = await readdir(path, { recursive: true }).catch(() => []);
    for (const file of [path, ...inside.map((name) => join(path, name))]) {
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
      newest = Math.max(newest, mtimeMs);
    }
  }
  return newest;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensurePackages();
  await (process.argv.includes('--if-stale') ? ensureBuild() : build());
}
