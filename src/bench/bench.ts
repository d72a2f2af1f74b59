import { Engine } from '../worker/client.ts';
import type { Machine } from '../worker/protocol.ts';
import { allowOwnScripts } from '../shared/own-scripts.ts';
import { VARIANTS, type Variant } from '../models/variant.ts';
import {
  measureEngine,
  measureSave,
  type EngineMeasurement,
  type SaveMeasurement,
} from './engine-bench.ts';
import { measureNetworks, type NetworkMeasurement } from './network-bench.ts';
import { measureRecolour, type RecolourMeasurement } from './recolour-bench.ts';
import { measureRepair, type RepairMeasurement } from './repair-bench.ts';
import { measureTiles, type TileMeasurement } from './tile-bench.ts';
import { measureWasm, type WasmMeasurement } from './wasm-bench.ts';

/** All that the page measures. */
export type BenchReport = {
  machine: Machine;
  networks: NetworkMeasurement[];
  engine: EngineMeasurement[];
  wasm: WasmMeasurement[];
  save: SaveMeasurement | null;
  repair: RepairMeasurement | null;
  tiles: TileMeasurement[];
  recolour: RecolourMeasurement | null;
  error?: string;
};

/**
 * The address says what: `parts` of networks, engine, wasm, save, repair, tiles, recolour; `networks` of tiny (the published
 * DDColor-tiny's shapes), own; `sizes`; `variants`; `runs`. With `post` the report goes to /result of whoever serves the page, and news to
 * /progress.
 */
const address = new URLSearchParams(location.search);
const listed = (name: string, usual: string) => (address.get(name) ?? usual).split(',');
const isPosting = address.has('post');

allowOwnScripts(import.meta.url);
const state = document.querySelector('#state')!;
const table = document.querySelector<HTMLTableElement>('#rows')!;
const report = await measure();
state.textContent = report.error ?? 'Done.';
const save = document.querySelector<HTMLButtonElement>('#save')!;
save.hidden = false;
save.addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 1)]));
  link.download = 'autochrome-bench.json';
  link.click();
});
if (isPosting) await fetch('/result', { method: 'POST', body: JSON.stringify(report) });

async function measure(): Promise<BenchReport> {
  const engine = new Engine();
  const machine = await engine.machine();
  engine.terminate();
  const nothing = { networks: [], engine: [], wasm: [], tiles: [] };
  const report: BenchReport = { machine, ...nothing, save: null, repair: null, recolour: null };
  const parts = listed('parts', 'networks,engine');
  // A software adapter is some thousand times slower: it shows that all runs, not how fast.
  const isSoftware = machine.adapter?.isFallback === true;
  const sizes = listed('sizes', isSoftware ? '64' : '256,512,1280').map(Number);
  const variants = listed('variants', isSoftware ? 'fp32,int8' : VARIANTS.join()) as Variant[];
  const runs = Number(address.get('runs') ?? 10);
  try {
    if (parts.includes('networks')) {
      const networks = listed('networks', isSoftware ? 'own' : 'tiny,own');
      report.networks = await measureNetworks(networks, sizes, variants, runs, tell);
    }
    if (parts.includes('engine')) {
      report.engine = await measureEngine(sizes, variants, runs, tell);
    }
    if (parts.includes('wasm')) report.wasm = await measureWasm(sizes, tell);
    if (parts.includes('save')) report.save = await measureSave();
    if (parts.includes('repair')) {
      report.repair = await measureRepair(machine.backend === 'webgpu', runs);
    }
    if (parts.includes('tiles')) report.tiles = await measureTiles(tell);
    if (parts.includes('recolour')) {
      const isOnGpu = machine.backend === 'webgpu';
      report.recolour = await measureRecolour(isOnGpu, isOnGpu ? 256 : 128, runs);
    }
  } catch (error) {
    report.error = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return report;
}

/** A row of the table, and news for whoever listens. */
function tell(
  row: NetworkMeasurement | EngineMeasurement | WasmMeasurement | TileMeasurement,
): void {
  state.textContent = `Measured: ${row.what}`;
  const facts = {
    what: row.what,
    size: row.size,
    'ms, warm': 'warmMs' in row ? median(row.warmMs).toFixed(1) : '',
    'peak, MB': 'peakBytes' in row ? megabytes(row.peakBytes) : '',
    'largest buffer, MB': 'peakBytes' in row ? megabytes(row.largestBufferBytes) : '',
    'weights, MB': 'peakBytes' in row ? megabytes(row.weightBytes) : '',
    'ms each, together': 'togetherMs' in row ? row.togetherMs.toFixed(1) : '',
  };
  if (table.rows.length === 0) {
    const head = table.createTHead().insertRow();
    for (const name of Object.keys(facts)) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = name;
      head.append(cell);
    }
    table.createTBody();
  }
  const line = table.tBodies[0]!.insertRow();
  for (const fact of Object.values(facts)) line.insertCell().textContent = String(fact);
  if (!isPosting) return;
  void fetch('/progress', { method: 'POST', body: JSON.stringify(facts) }).catch(() => undefined);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
