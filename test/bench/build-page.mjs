import { fileURLToPath } from 'node:url';
import { build, loadConfigFromFile } from 'vite';

const PAGES = fileURLToPath(new URL('pages', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
/**
 * The service worker is the app's alone, and lies in its folder; the policy is for pages that are served to others:
 * these run onnxruntime in the page itself.
 */
const OF_THE_APP = /^(vite-plugin-pwa|autochrome-security-policy)/;
const OUT = fileURLToPath(new URL('../../.cache/bench', import.meta.url));

/**
 * Builds a page of a folder as the app is built: same options, same runtime, same models beside it.
 * @param {string} name of the page, without .html
 * @param {string} [folder] that the page is in
 * @returns {Promise<string>} the folder to serve
 */
export async function buildPage(name, folder = PAGES) {
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'production' }, CONFIG);
  if (!loaded) throw new Error('vite.config.ts could not be read.');
  const outDir = `${OUT}/${name}`;
  const plugins = /** @type {{ name: string }[]} */ ((loaded.config.plugins ?? []).flat(2));
  await build({
    ...loaded.config,
    configFile: false,
    logLevel: 'warn',
    root: folder,
    publicDir: false,
    plugins: plugins.filter(({ name: plugin }) => !OF_THE_APP.test(plugin)),
    build: {
      ...loaded.config.build,
      outDir,
      rolldownOptions: { input: `${folder}/${name}.html` },
    },
  });
  return outDir;
}
