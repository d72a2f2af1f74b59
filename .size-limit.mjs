import { readFileSync } from 'node:fs';

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

export default [
  { name: 'first paint', path: scriptsOf('index.html'), gzip: true, limit: '60 KB' },
  { name: 'engine worker', path: 'dist/assets/engine.worker-*.js', gzip: true, limit: '150 KB' },
];
