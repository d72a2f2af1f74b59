import { Engine } from '../worker/client.ts';
import type { Backend } from '../worker/protocol.ts';
import { drawnScene } from './drawn-scene-file.ts';

/** Tiles of one size, coloured from the colours of a whole. */
export type TileMeasurement = {
  what: string;
  /** Side of the tiles, in pixels. */
  size: number;
  backend: Backend;
  /** Each tile alone, from the call to the bitmap that comes back, all in the worker; the first is warmed up. */
  warmMs: number[];
  /** The same tiles asked for all at once, as a viewer does: milliseconds for one of them. */
  togetherMs: number;
  /** Longest task of the page's own thread meanwhile; 0 where none took 50 ms. */
  longestTaskMs: number;
};

const SIDES = [256, 512, 1024];
const TILES = 24;
const LOOK = { strength: 1, saturation: 1 } as const;

/** @param tell hears each row as it is there. */
export async function measureTiles(
  tell: (row: TileMeasurement) => void,
): Promise<TileMeasurement[]> {
  const engine = new Engine();
  const photograph = await engine.open(await drawnScene(1280, 960, 'image/png'), 'small.png');
  const wish = { kind: 'auto', size: 'auto', device: 'auto', wantsPreview: false } as const;
  const { plan } = await photograph.colorize(wish);
  const rows: TileMeasurement[] = [];
  for (const size of SIDES) {
    const tile = await createImageBitmap(await drawnScene(size, size, 'image/png'));
    const colour = async (at: number) => {
      const pixels = await createImageBitmap(tile);
      const region = { x: (at % 6) / 6, y: Math.floor(at / 6) / 4, width: 1 / 6, height: 1 / 4 };
      const startedAt = performance.now();
      (await photograph.colourTile({ pixels, region, look: LOOK })).close();
      return performance.now() - startedAt;
    };
    await colour(0);
    const tasks = watchTasks();
    const warmMs: number[] = [];
    for (let at = 0; at < TILES; at++) warmMs.push(await colour(at));
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: TILES }, (_, at) => colour(at)));
    const togetherMs = (performance.now() - startedAt) / TILES;
    const longestTaskMs = tasks.end();
    const { backend } = plan;
    const row = { what: `tiles, ${backend}`, size, backend, warmMs, togetherMs, longestTaskMs };
    rows.push(row);
    tell(row);
  }
  engine.terminate();
  return rows;
}

/** The longest task of the page's own thread; browsers tell those of 50 ms and more. */
function watchTasks(): { end: () => number } {
  let longest = 0;
  const note = (list: PerformanceObserverEntryList) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver(note);
  observer.observe({ type: 'longtask' });
  return {
    end() {
      for (const { duration } of observer.takeRecords()) longest = Math.max(longest, duration);
      observer.disconnect();
      return longest;
    },
  };
}
