import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import type { ContentFile } from '../../../src/models/card.ts';
import { bringFiles } from '../../../src/models/download.ts';
import { fetchOffered, offeredAddress, onnxFileAt } from '../../../src/models/offered-address.ts';
import { ContentStore } from '../../../src/models/store.ts';
import { TransferMeter, type TransferProgress } from '../../../src/shared/transfer.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server on this machine. @returns the address of a file on it. */
async function serve(file: string, answer: RequestListener): Promise<URL> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return new URL(`http://127.0.0.1:${address.port}/${file}`);
}

const never = new AbortController().signal;

test('a server that sends for ever is left after as much as the card promises', async () => {
  const piece = new Uint8Array(64 * 1024);
  let sent = 0;
  const base = await serve('card.json', (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(piece)) sent += piece.length;
    };
    response.on('drain', more);
    more();
  });
  const file: ContentFile = { file: 'shards/0.bin', bytes: 100_000, sha256: '0'.repeat(64) };
  const store = await ContentStore.open();
  await expect(bringFiles([file], base, store, { signal: never })).rejects.toMatchObject({
    code: 'model/integrity',
  });
  expect(sent).toBeLessThan(64 * 2 ** 20);
}, 10_000);

test('a server that answers only to GET gives its file all the same', async () => {
  const address = await serve('small.onnx', (request, response) => {
    response.writeHead(request.method === 'GET' ? 200 : 405).end('bytes');
  });
  const blob = await fetchOffered(address, () => {}, never);
  expect(await blob.text()).toBe('bytes');
});

test('a file that says it is longer than ONNX can be is not fetched', async () => {
  const asked: (string | undefined)[] = [];
  const address = await serve('large.onnx', ({ method }, response) => {
    asked.push(method);
    response.writeHead(200, { 'Content-Length': 2 ** 32 }).end();
  });
  await expect(fetchOffered(address, () => {}, never)).rejects.toMatchObject({
    code: 'model/incompatible',
  });
  expect(asked).toEqual(['HEAD']);
});

test('where more arrives than was announced no time left is made up', () => {
  const told: TransferProgress[] = [];
  const clock = vi.spyOn(performance, 'now');
  const meter = new TransferMeter(10, (progress) => told.push(progress));
  for (const [second, bytes] of [1, 4, 8].entries()) {
    clock.mockReturnValue(1000 * (second + 1));
    meter.add(bytes);
  }
  clock.mockRestore();
  expect(told.map(({ secondsLeft }) => secondsLeft)).toEqual([null, 1, null]);
});

test.each([
  ['https://models.org/a/tiny.onnx?download=true', 'tiny.onnx'],
  ['https://models.org/Tiny.ONNX', 'Tiny.ONNX'],
  ['https://models.org/my%20model.onnx', 'my model.onnx'],
  ['https://models.org/100%.onnx', '100%.onnx'],
  ['https://models.org/tiny/card.json', null],
])('the ONNX file at %s is called %s', (address, name) => {
  expect(onnxFileAt(new URL(address))).toBe(name);
});

test('an address with a password is refused before it is fetched or written down', () => {
  expect(() => offeredAddress('https://me:secret@models.org/tiny/')).toThrowError(
    expect.objectContaining({
      code: 'model/not-found',
      message: expect.stringContaining('password'),
    }),
  );
});
