import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineHost } from '../../src/cli/engine-host.mjs';
import { memoryOfChildren, watchMemory } from './process-memory.mjs';

/** 24 megapixels. */
const WIDTH = 6000;
const HEIGHT = 4000;

/** Chromium is still settling when its first page is there. */
const SETTLING_MS = 3000;

/**
 * Memory of all of Chromium while a 24-megapixel JPEG is coloured on wasm and saved at full size.
 * @returns {Promise<{ width: number, height: number, fileBytes: number, idleBytes: number, peakBytes: number, aboveIdleBytes: number, samples: number, ms: object }>}
 */
export async function measureMemory() {
  const folder = await mkdtemp(join(tmpdir(), 'autochrome-memory-'));
  try {
    const input = join(folder, 'large.jpg');
    await drawPhotograph(input);
    return { ...(await colorizeWatched(input)), fileBytes: (await stat(input)).size };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Draws in a Chromium of its own, so that nothing of it is left in the one that is measured.
 * @param {string} path
 */
async function drawPhotograph(path) {
  const host = new EngineHost({ wantsGpu: false });
  try {
    const page = await host.openPage();
    const { outputUrl } = host.offer('', path);
    await page.evaluate(
      async ({ width, height, url }) => {
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        const sky = context.createLinearGradient(0, 0, 0, height);
        sky.addColorStop(0, '#eee');
        sky.addColorStop(1, '#333');
        context.fillStyle = sky;
        context.fillRect(0, 0, width, height);
        // Detail everywhere, as film grain and foliage have it: flat areas would cost little.
        for (let i = 0; i < 60_000; i++) {
          context.fillStyle = `hsl(0 0% ${(i * 37) % 100}% / 0.3)`;
          const [x, y] = [(i * 7919) % width, (i * 104_729) % height];
          context.fillRect(x, y, 5 + (i % 90), 5 + (i % 70));
        }
        const body = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
        await fetch(url, { method: 'PUT', body });
      },
      { width: WIDTH, height: HEIGHT, url: outputUrl },
    );
  } finally {
    await host.close();
  }
}

/** @param {string} input */
async function colorizeWatched(input) {
  const host = new EngineHost({ wantsGpu: false });
  try {
    await host.openPage();
    await delay(SETTLING_MS);
    const idleBytes = await memoryOfChildren();
    const stop = watchMemory(50);
    const outcome = await host.colorizeFile({
      input,
      output: `${input}.coloured.jpg`,
      name: 'large.jpg',
      wish: { kind: 'auto', size: 'auto', device: 'wasm', wantsPreview: false },
      look: { strength: 1, saturation: 1 },
      format: 'jpeg',
      quality: 0.92,
    });
    const { peakBytes, samples } = await stop();
    if (!outcome.ok) throw new Error(outcome.error.message);
    const { width, height, ms } = outcome.value;
    const aboveIdleBytes = peakBytes - idleBytes;
    return { width, height, idleBytes, peakBytes, aboveIdleBytes, samples, ms };
  } finally {
    await host.close();
  }
}
