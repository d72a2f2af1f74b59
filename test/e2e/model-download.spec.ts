import { expect, test, type Frame, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { distFolder } from '../../scripts/build.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { drawnPng } from '../support/drawn-png.ts';

// The real model over a real server that fails on purpose.
const card = JSON.parse(await readFile('models/ddcolor-pico/card.json', 'utf8')) as {
  weights: { shards: { file: string; bytes: number }[] };
};
const shards = card.weights.shards.map(({ file }) => `/models/ddcolor-pico/${file}`);
const picture = await drawnPng(96, 64);
const pictureUrl = `data:image/png;base64,${picture.toString('base64')}`;

/** What the server does with one request for a file: true where it has answered. */
type Fault = (path: string, response: ServerResponse) => boolean;

type Site = { address: string; asked: string[]; fault: Fault; close: () => Promise<void> };

let site: Site;

test.beforeEach(async () => {
  const asked: string[] = [];
  const { address, close } = await serveFolder(distFolder, {
    route: (request, response) => {
      const path = request.url ?? '';
      if (request.method === 'PUT') return Boolean(request.resume() && response.end());
      if (path.startsWith('/models/')) asked.push(path);
      return site.fault(path, response);
    },
  });
  site = { address, asked, close, fault: () => false };
});

test.afterEach(() => site.close());

/** Colours the picture in the bare engine page; answers `ok` or the error's code. */
async function colorize(page: Page | Frame): Promise<string> {
  await page.waitForFunction(() => globalThis.autochromeEngine !== undefined);
  const outcome = await page.evaluate(
    (url) =>
      globalThis.autochromeEngine!.colorizeFile({
        inputUrl: url,
        name: 'picture.png',
        outputUrl: '/out.png',
        wish: { kind: 'auto', size: 128, device: 'wasm', wantsPreview: false },
        look: { strength: 1, saturation: 1 },
        format: 'png',
        quality: 1,
      }),
    pictureUrl,
  );
  return outcome.ok ? 'ok' : outcome.error.code;
}

async function storageOf(page: Page | Frame) {
  const machine = await page.evaluate(() => globalThis.autochromeEngine!.machine());
  return machine.ok ? machine.value.storage : null;
}

test('a download that breaks in the middle goes on after a reload with what is missing', async ({
  page,
}) => {
  const broken = shards[2]!;
  site.fault = (path, response) => {
    if (path !== broken) return false;
    response.writeHead(200, { 'Content-Length': card.weights.shards[2]!.bytes });
    response.write(Buffer.alloc(100_000));
    setImmediate(() => response.destroy());
    return true;
  };
  await page.goto(`${site.address}engine.html`);
  expect(await colorize(page)).toBe('net/interrupted');

  site.fault = () => false;
  const before = site.asked.filter((path) => shards.includes(path) && path !== broken);
  site.asked.length = 0;
  await page.reload();
  expect(await colorize(page)).toBe('ok');
  const again = site.asked.filter((path) => shards.includes(path));
  expect(again).toContain(broken);
  expect(before.length).toBeGreaterThan(0);
  expect(again.filter((path) => before.includes(path))).toEqual([]);

  site.asked.length = 0;
  await page.reload();
  expect(await colorize(page)).toBe('ok');
  expect(site.asked.filter((path) => /\.(bin|onnx)$/.test(path))).toEqual([]);
  expect(await storageOf(page)).toMatchObject({ kind: 'indexeddb', isModelReady: true });
});

test('a connection that drops at the catalogue, the card or a shard is taken up again by itself', async ({
  page,
}) => {
  const broken = shards[2]!;
  const drops = new Map([
    ['/models/catalogue.json', 1],
    ['/models/ddcolor-pico/card.json', 1],
    [broken, 2],
  ]);
  site.fault = (path, response) => {
    const left = drops.get(path) ?? 0;
    if (left === 0) return false;
    drops.set(path, left - 1);
    response.writeHead(200, { 'Content-Length': card.weights.shards[2]!.bytes });
    response.write(Buffer.alloc(100_000, ' '));
    setImmediate(() => response.destroy());
    return true;
  };
  await page.goto(`${site.address}engine.html`);
  expect(await colorize(page)).toBe('ok');
  expect([...drops.values()]).toEqual([0, 0, 0]);
  expect(site.asked.filter((path) => path === broken)).toHaveLength(3);
});

test('a damaged shard is refused, never kept, and asked for once more past the caches', async ({
  page,
}) => {
  const damaged = shards[1]!;
  const bytes = await readFile(`models/ddcolor-pico/${card.weights.shards[1]!.file}`);
  bytes[1000]! ^= 1;
  let isDamaged = true;
  site.fault = (path, response) => {
    if (path !== damaged || !isDamaged) return false;
    response.end(bytes);
    return true;
  };
  await page.goto(`${site.address}engine.html`);
  expect(await colorize(page)).toBe('model/integrity');
  expect(site.asked.filter((path) => path === damaged)).toHaveLength(2);
  isDamaged = false;
  expect(await colorize(page)).toBe('ok');
});

test('a server that fails, and no network at all, each have their code', async ({
  page,
  context,
}) => {
  site.fault = (path, response) => {
    if (path !== shards[0]) return false;
    response.writeHead(503).end();
    return true;
  };
  await page.goto(`${site.address}engine.html`);
  expect(await colorize(page)).toBe('net/http');
  await context.setOffline(true);
  expect(await colorize(page)).toBe('net/offline');
});

test('without room for it the model works from memory, and the page says so', async ({ page }) => {
  await page.goto(`${site.address}engine.html`);
  const session = await page.context().newCDPSession(page);
  const origin = new URL(site.address).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 6_000_000 });
  expect(await colorize(page)).toBe('ok');
  expect(await storageOf(page)).toMatchObject({
    kind: 'memory',
    problem: expect.stringContaining('no room'),
  });
});

test('in a frame of another site, which may not keep anything, it works from memory', async ({
  page,
}) => {
  const host = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><iframe src="${site.address}engine.html"></iframe>`);
  });
  await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
  try {
    await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
    const frame = page.frames()[1]!;
    expect(await colorize(frame)).toBe('ok');
    const storage = await storageOf(frame);
    if (storage?.kind === 'memory') expect(storage.problem).toContain('does not let the page keep');
    else expect(storage?.kind, 'this browser lets frames keep files').toBe('indexeddb');
  } finally {
    host.close();
    host.closeAllConnections();
  }
});
