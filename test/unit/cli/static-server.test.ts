import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveFolder } from '../../../scripts/static-server.mjs';

let folder = '';
let site: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autochrome-site-'));
  await mkdir(join(folder, 'site', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'site', 'index.html'), '<p>here');
  await writeFile(join(folder, 'site', 'empty.bin'), '');
  await writeFile(join(folder, 'site', 'shard.bin'), '0123456789');
  await writeFile(join(folder, 'site', 'assets', 'ort-1a2b.wasm'), 'wasm');
  await writeFile(join(folder, 'site', 'assets', 'ort-1a2b.mjs'), 'export {}');
  site = await serveFolder(join(folder, 'site'));
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, site.address), { headers });

/** `fetch` tidies addresses up before it asks; a hostile client does not. */
function askRaw(path: string): Promise<number | undefined> {
  const { port } = new URL(site.address);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
}

describe('serveFolder', () => {
  test('serves the page, isolated, and asks for it anew each time', async () => {
    const response = await ask('/');
    expect(await response.text()).toBe('<p>here');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test('isolates every page but the frame, which shows pictures of any host', async () => {
    const response = await ask('/embed.html');
    expect(response.headers.get('cross-origin-embedder-policy')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('keeps hashed assets for ever, with types that browsers insist on', async () => {
    const wasm = await ask('/assets/ort-1a2b.wasm');
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    expect(wasm.headers.get('cache-control')).toContain('immutable');
    const script = await ask('/assets/ort-1a2b.mjs');
    expect(script.headers.get('content-type')).toContain('text/javascript');
  });

  test('sends nothing again that the visitor has', async () => {
    const etag = (await ask('/shard.bin')).headers.get('etag') ?? '';
    const again = await ask('/shard.bin', { 'If-None-Match': etag });
    expect(again.status).toBe(304);
  });

  test.for([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ] as const)('sends the range %s', async ([range, text, said]) => {
    const response = await ask('/shard.bin', { Range: range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(said);
    expect(await response.text()).toBe(text);
  });

  test('refuses a range beyond the end, and sends all where the file has changed', async () => {
    expect((await ask('/shard.bin', { Range: 'bytes=10-' })).status).toBe(416);
    const changed = await ask('/shard.bin', { Range: 'bytes=5-', 'If-Range': '"old"' });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toBe('0123456789');
  });

  test('sends an empty file', async () => {
    const response = await ask('/empty.bin');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test.for([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
  ])('never leaves its folder: %s', async (path) => {
    expect(await askRaw(path)).toBeOneOf([400, 404]);
  });

  test('answers what is missing, malformed or not a question', async () => {
    expect((await ask('/nothing.js')).status).toBe(404);
    expect((await ask('/assets')).status).toBe(404);
    expect(await askRaw('/%zz')).toBe(400);
    expect((await fetch(site.address, { method: 'POST' })).status).toBe(405);
  });

  test('takes the next port where one is taken, unless told not to', async () => {
    const port = Number(new URL(site.address).port);
    const next = await serveFolder(folder, { port });
    expect(Number(new URL(next.address).port)).toBeGreaterThan(port);
    await next.close();
    await expect(serveFolder(folder, { port, isStrict: true })).rejects.toThrow('EADDRINUSE');
  });
});
