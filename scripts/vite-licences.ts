import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Licences that somebody has read, and that a page under the MIT licence may carry. */
const ALLOWED = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'OFL-1.1']);

/** Notices of packages that carry no file of their licence. */
const NOTICES: Record<string, string> = {
  'onnxruntime-web':
    'Copyright (c) Microsoft Corporation\nWhat its WebAssembly is made of: https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt',
  'onnxruntime-common': 'Copyright (c) Microsoft Corporation',
  'idb-keyval': 'Copyright 2016, Jake Archibald',
};

const STANDARD: Record<string, string> = {
  MIT: 'https://opensource.org/license/mit',
  'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
};

type Package = { name: string; version: string; license: string; homepage?: string };

/**
 * Lists the licences of all packages that a build has in it, found by what was bundled, as `licences.txt` in the
 * build. To be a plugin of every bundle of it: the pages', the workers' and the service worker's.
 * @throws {Error} in the build, where a package has a licence that nobody has looked at.
 */
export function licences(): () => Plugin {
  const folders = new Set<string>();
  return () => plugin(folders);
}

function plugin(folders: Set<string>): Plugin {
  let [root, outDir] = ['.', ''];
  return {
    name: 'autochrome-licences',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = resolve(root, config.build.outDir);
    },
    generateBundle(_, bundle) {
      const assets = Object.values(bundle).flatMap((one) =>
        one.type === 'asset' ? one.originalFileNames : [],
      );
      for (const id of [...this.getModuleIds(), ...assets]) {
        const folder = packageFolder(isAbsolute(id) ? id : resolve(root, id));
        if (folder) folders.add(folder);
      }
    },
    async writeBundle() {
      const texts = await Promise.all([...folders].sort().map(describe));
      await mkdir(outDir, { recursive: true });
      await writeFile(join(outDir, 'licences.txt'), [HEAD, ...texts].join(RULE));
    },
  };
}

const RULE = `\n\n${'-'.repeat(80)}\n\n`;
const HEAD = `Autochrome is under the MIT licence. The licence of each model stands on its card.\nThis build has parts of the following packages in it.`;

/** The folder of the package that a module is of; null for our own. */
function packageFolder(id: string): string | null {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  const folder = match?.[1] ?? null;
  return folder && existsSync(join(folder, 'package.json')) ? folder : null;
}

async function describe(folder: string): Promise<string> {
  const found = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Package;
  const { name, version, license, homepage } = found;
  if (!ALLOWED.has(license)) {
    throw new Error(
      `${name} (${dirname(folder)}) is under ${license}: look at it, then name it in scripts/vite-licences.ts.`,
    );
  }
  const title = [`${name} ${version}`, license, homepage].filter(Boolean).join('\n');
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  if (file) return `${title}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}`;
  const notice = NOTICES[name];
  if (!notice) throw new Error(`${name} has no file of its licence: name its notice here.`);
  return `${title}\n\n${notice}\nThe licence's text: ${STANDARD[license]}`;
}
