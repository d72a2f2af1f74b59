/** Where photographs to try come from, once a visitor asks for one. */
const COMMONS = 'https://upload.wikimedia.org';

/** What every document of the build may do; more is added where a page needs it. */
const BASE = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'font-src': ["'self'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'connect-src': ["'self'", 'blob:', 'data:'],
  'worker-src': ["'self'"],
  'manifest-src': ["'self'"],
};

/**
 * By the document's name, what it needs beyond {@link BASE}.
 * @type {Record<string, Record<string, string[]>>}
 */
const PAGES = {
  'index.html': {
    'connect-src': [COMMONS],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['default', 'svelte-trusted-html'],
  },
  // It measures onnxruntime in the page itself.
  'bench.html': { 'script-src': ["'wasm-unsafe-eval'"] },
  // Photographs of any archive; its engine may be a Blob's, which obeys the document's policy.
  'embed.html': {
    'script-src': ["'wasm-unsafe-eval'"],
    'worker-src': ['blob:'],
    'img-src': ['https:', 'http:'],
    'connect-src': ['https:', 'http:'],
  },
};

/**
 * The policy that a document of the build carries itself, so that it holds on every host.
 * @param {string} page such as `index.html`
 */
export function pagePolicy(page) {
  return joined(PAGES[page] ?? {});
}

/**
 * The policy to send as a header with a file of the build: workers obey only their own, and a document cannot say
 * itself who may frame it. Models may be fetched from any address that a visitor types, so it is wider than the
 * documents'.
 * @param {string} path of the file
 */
export function headerPolicy(path) {
  // Made to be framed by anybody; its document says the rest.
  if (path.endsWith('embed.html')) return 'frame-ancestors *';
  return joined({
    'script-src': ["'wasm-unsafe-eval'"],
    'connect-src': ['https:', 'http://localhost:*', 'http://127.0.0.1:*'],
    'frame-ancestors': ["'self'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['default', 'svelte-trusted-html'],
  });
}

/** @param {Record<string, string[]>} more */
function joined(more) {
  /** @type {Map<string, string[]>} */
  const directives = new Map(Object.entries(BASE));
  for (const [name, sources] of Object.entries(more)) {
    directives.set(name, [...(directives.get(name) ?? []), ...sources]);
  }
  return [...directives].map(([name, sources]) => [name, ...sources].join(' ')).join('; ');
}
