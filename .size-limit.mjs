import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Everything that a page's head makes the browser load as script before anything is seen.
 * @param {string} page
 */
function scriptsOf(page) {
  const html = readFileSync(`dist/${page}`, 'utf8');
  const links = [
    ...html.matchAll(/<script[^>]+src="([^"]+\.js)"/g),
    ...html.matchAll(/<link[^>]+rel="modulepreload"[^>]+href="([^"]+\.js)"/g),
  ];
  return links.map(([, path = '']) => `dist/${path.replace(/^\.\//, '')}`);
}

/**
 * A script with all that it imports before it runs, from the build.
 * @param {string} script
 * @param {Set<string>} [found]
 */
function withImports(script, found = new Set()) {
  if (found.has(script)) return [...found];
  found.add(script);
  const imports = readFileSync(script, 'utf8').matchAll(/(?:from|import)\s*"(\.[^"]+\.js)"/g);
  for (const [, path = ''] of imports) withImports(join(dirname(script), path), found);
  return [...found];
}

export default [
  { name: 'first paint', path: scriptsOf('index.html'), gzip: true, limit: '60 KB' },
  {
    name: 'embed, before a photograph is coloured',
    path: withImports('dist/embed/autochrome-photo.js'),
    gzip: true,
    limit: '12 KB',
  },
  {
    name: 'plugin for OpenSeadragon, before a viewer is coloured',
    path: withImports('dist/embed/openseadragon.js'),
    gzip: true,
    limit: '12 KB',
  },
  { name: 'engine worker', path: 'dist/assets/engine.worker-*.js', gzip: true, limit: '150 KB' },
];
