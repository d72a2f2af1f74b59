import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { headerPolicy } from './security-policy.mjs';

/** @import { IncomingMessage, Server, ServerResponse } from 'node:http' */

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Threads of wasm need an isolated page. Not so the frame: it shows pictures of hosts that say nothing of embedding. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Accept-Ranges': 'bytes',
};

/** Only this machine may ask. */
const LOOPBACK = '127.0.0.1';

/**
 * Answers a request before files are looked for; true where it did.
 * @typedef {(request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>} Route
 */

/**
 * Where a folder is served, and how: below a path, as project pages are; without the headers that isolate a page, as
 * where a host cannot send them; with the program's own policy of what it may load.
 * @typedef {{ path?: string, isIsolated?: boolean, hasPolicy?: boolean, route?: Route }} Serving
 */

/**
 * Serves a folder on this machine only, cross-origin isolated unless told otherwise.
 * @param {string} folder
 * @param {{ port?: number, isStrict?: boolean } & Serving} [options] port 0 takes any; a taken
 *   port is followed by the next free one unless `isStrict`
 * @returns {Promise<{ server: Server, address: string, close: () => Promise<void> }>}
 * @throws {Error} where no port can be had
 */
export async function serveFolder(folder, { port = 0, isStrict = false, ...serving } = {}) {
  const server = createServer((request, response) => {
    answer(folder, request, response, serving).catch((error) => {
      // A visitor who leaves in the middle of a download is no failure of ours.
      if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      console.error(`${request.method} ${request.url}: ${error.message}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  // After Node's five seconds a connection that somebody is about to use again may be cut under them: who closes it is
  // the client, or `close`.
  server.keepAliveTimeout = 0;
  const taken = await listen(server, port, isStrict ? port : port + 50);
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { server, address: `http://localhost:${taken}${serving.path ?? '/'}`, close };
}

/**
 * @param {Server} server
 * @param {number} port
 * @param {number} last the last port to try
 * @returns {Promise<number>} the port taken
 */
function listen(server, port, last) {
  return new Promise((resolve, reject) => {
    const onError = (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE' && port > 0 && port < last) server.listen(++port, LOOPBACK);
      else reject(error);
    };
    server.on('error', onError);
    server.listen(port, LOOPBACK, () => {
      server.off('error', onError);
      const address = server.address();
      resolve(address && typeof address === 'object' ? address.port : port);
    });
  });
}

/**
 * @param {string} folder
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {Serving} serving
 */
async function answer(folder, request, response, serving) {
  const { path: base = '/', isIsolated = true, hasPolicy = false, route } = serving;
  const path = pathOf(request.url ?? '/');
  const isPageIsolated = isIsolated && !path?.endsWith('/embed.html');
  const headers = { ...HEADERS, ...(isPageIsolated && ISOLATION) };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (route && (await route(request, response))) return;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  if (path === null) {
    response.writeHead(400).end('Bad address');
    return;
  }
  if (!path.startsWith(normalize(base))) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found');
    return;
  }
  const inside = path.slice(base.length - 1);
  if (hasPolicy) response.setHeader('Content-Security-Policy', headerPolicy(inside));
  await sendFile(request, response, join(folder, inside), cachingOf(inside));
}

/**
 * The path inside the folder that an address asks for; null where it leads out of it.
 * @param {string} address
 */
function pathOf(address) {
  let path;
  try {
    path = decodeURIComponent(new URL(address, 'http://localhost').pathname);
  } catch {
    // Malformed percent-encoding.
    return null;
  }
  const inside = normalize(path.endsWith('/') ? `${path}index.html` : path);
  if (inside.includes('\0') || inside.split(sep).includes('..')) return null;
  return inside;
}

/**
 * Names in assets/ carry a hash of their content; everything else is asked for anew.
 * @param {string} path
 */
function cachingOf(path) {
  const isHashed = path.startsWith(`${sep}assets${sep}`);
  return isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/**
 * Sends a file, or the range of it that was asked for.
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {string} file
 * @param {string} caching value of Cache-Control
 */
export async function sendFile(request, response, file, caching) {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found');
    return;
  }
  const etag = etagOf(file, found);
  response.setHeader(
    'Content-Type',
    TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
  );
  response.setHeader('Cache-Control', caching);
  response.setHeader('ETag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const range = rangeOf(request, found.size, etag);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${found.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 };
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${found.size}`);
  response.writeHead(range ? 206 : 200, { 'Content-Length': end - start + 1 });
  if (request.method === 'HEAD' || found.size === 0) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
}

/**
 * @param {string} file
 * @param {{ size: number, mtimeMs: number }} found
 */
function etagOf(file, { size, mtimeMs }) {
  const facts = createHash('sha256').update(`${file}\n${size}\n${mtimeMs}`);
  return `"${facts.digest('base64url').slice(0, 22)}"`;
}

/**
 * The one range asked for; null where the whole file is to be sent.
 * @param {IncomingMessage} request
 * @param {number} size
 * @param {string} etag
 * @returns {{ start: number, end: number } | 'unsatisfiable' | null}
 */
function rangeOf(request, size, etag) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return null;
  // The rest of a file that has changed since would not fit what came before.
  const condition = request.headers['if-range'];
  if (condition && condition !== etag) return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return start > end ? 'unsatisfiable' : { start, end };
}
