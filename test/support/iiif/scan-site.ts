import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync } from 'node:zlib';
import { drawScenePart, grayOf } from '../draw-scene.ts';
import { joinBytes } from '../files/byte-writer.ts';
import { pngChunk } from '../files/png.ts';

export const SCAN = { width: 20_000, height: 15_000 };
const TILE = 256;
const FACTORS = [1, 2, 4, 8, 16, 32, 64];
const CORS = { 'Access-Control-Allow-Origin': '*' };

/** `region/size/rotation/quality.format` of a level 0 service: nothing but its tiles (Image API 3.0, section 4). */
const REQUEST = /^\/scan\/(full|(\d+),(\d+),(\d+),(\d+))\/(\d+),(\d+)\/0\/default\.jpg$/;

/**
 * A IIIF Image API 3 service, level 0, of a scan of 20,000 × 15,000 pixels that is stored nowhere: each tile is drawn
 * when it is asked for. Anything but its tiles is not found.
 */
export async function serveScan(): Promise<{
  address: string;
  asked: string[];
  close: () => Promise<void>;
}> {
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    asked.push(url);
    const body = url === '/scan/info.json' ? info(`${address}scan`) : tileAt(url);
    if (!body) return void response.writeHead(404, CORS).end();
    const type = typeof body === 'string' ? 'application/json' : 'image/png';
    response.writeHead(200, { ...CORS, 'Content-Type': type, 'Cache-Control': 'max-age=600' });
    return void response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { address, asked, close };
}

/** Image API 3.0, section 5. */
function info(id: string): string {
  return JSON.stringify({
    '@context': 'http://iiif.io/api/image/3/context.json',
    id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level0',
    ...SCAN,
    tiles: [{ width: TILE, scaleFactors: FACTORS }],
  });
}

/** The gray tile of a request; null where it is none of the service's. */
function tileAt(url: string): Uint8Array | null {
  const match = REQUEST.exec(url);
  if (!match) return null;
  const [left = 0, top = 0, across = SCAN.width, down = SCAN.height] =
    match[1] === 'full' ? [] : match.slice(2, 6).map(Number);
  const [width = 0, height = 0] = match.slice(6, 8).map(Number);
  const factor = FACTORS.find(
    (each) => Math.ceil(across / each) === width && Math.ceil(down / each) === height,
  );
  if (!factor || width > TILE || height > TILE) return null;
  if (left % (TILE * factor) !== 0 || top % (TILE * factor) !== 0) return null;
  const part = {
    x: left / SCAN.width,
    y: top / SCAN.height,
    width: across / SCAN.width,
    height: down / SCAN.height,
  };
  const rgba = grayOf(drawScenePart(part, width, height, SCAN.width / SCAN.height));
  return grayPng(rgba, width, height);
}

function grayPng(rgba: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + x + 1] = rgba[4 * (y * width + x)]!;
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const data = deflateSync(rows, { level: 1 });
  return joinBytes(
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', []),
  );
}
