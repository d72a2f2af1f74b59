import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './packages.mjs';

/** @import { FaultEntry } from '../test/fault/kinds.ts' */

const USAGE = `Makes things go wrong in the middle of colouring, of repairs and of other colours, in real Chromium
over real WebGPU.

  npm run faults -- [--runs 300] [--seed 1] [--json FILE] [--kinds a,b] [--photographs N]
                    [--size 64] [--gpu]
  npm run faults -- --small-device [--size 64] [--gpu]

--runs    batches of two or three photographs (or N), each under one fault
--seed    the same seed gives the same faults in the same places
--json    the report: one entry a run
--kinds   only these: KIND strikes colouring; repair/KIND and recolour/KIND a sampler, with tiny networks of random
          weights; repair and recolour alone are all of theirs
--size    side of the square that the network sees
--gpu     Chromium's flags for a real GPU; without, the software adapter is used
--small-device
          in place of faults: a GPU whose bindings hold 128 MiB and which has 300 MB in all
--build   only builds the page into .cache/bench/faults, to be opened elsewhere as
          faults.html?post&runs=300&seed=1 (or ?post&small&size=512): it posts its report to /result`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string', default: '.cache/faults.json' },
    kinds: { type: 'string' },
    photographs: { type: 'string' },
    size: { type: 'string', default: '64' },
    gpu: { type: 'boolean', default: false },
    'small-device': { type: 'boolean', default: false },
    build: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
await ensurePackages();
const { buildFaultPage, colorizeOnSmallDevice, injectFaults } =
  await import('../test/fault/inject-faults.mjs');

if (values.build) {
  console.log(`Serve ${await buildFaultPage()} and open faults.html?post in it.`);
} else if (values['small-device']) {
  const { size, gpu } = values;
  const small = await colorizeOnSmallDevice({ size: Number(size), wantsGpu: gpu });
  console.log(JSON.stringify(small, null, 2));
  const isOnGpu = small.report.plan.backend === 'webgpu';
  process.exitCode = isOnGpu && small.implausibleBecause === null ? 0 : 1;
} else {
  const entries = await injectFaults({
    runs: Number(values.runs),
    seed: Number(values.seed),
    kinds: values.kinds?.split(','),
    photographs: values.photographs ? Number(values.photographs) : undefined,
    size: Number(values.size),
    wantsGpu: values.gpu,
    onEntry: tell,
  });
  await mkdir(dirname(values.json), { recursive: true });
  await writeFile(values.json, `${JSON.stringify(entries, null, 2)}\n`);
  process.exitCode = summarise(entries) ? 0 : 1;
}

/** @param {FaultEntry} entry */
function tell({ fault, at, recovered, ended, recoveryMs, photographs, lost, leakedBytes, steps }) {
  const words = recovered && leakedBytes === 0 ? 'ok  ' : 'LOST';
  const seconds = (recoveryMs / 1000).toFixed(1);
  console.log(
    `${words} ${fault.padEnd(26)} ${lost} of ${photographs} lost, ${leakedBytes} bytes left, ${seconds} s, ${ended} (${at})`,
  );
  if (words === 'LOST') for (const step of steps) console.log(`       ${step}`);
}

/**
 * Prints a line a kind.
 * @param {FaultEntry[]} entries
 * @returns {boolean} whether nothing was lost
 */
function summarise(entries) {
  const kinds = [...new Set(entries.map(({ fault }) => fault))].sort();
  for (const kind of kinds) {
    const runs = entries.filter(({ fault }) => fault === kind);
    const times = runs.map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b);
    const median = ((times[times.length >> 1] ?? 0) / 1000).toFixed(1);
    const recovered = runs.filter((entry) => entry.recovered).length;
    const ends = [...new Set(runs.map(({ ended }) => ended))].sort();
    const counted = ends.map((end) => `${runs.filter(({ ended }) => ended === end).length} ${end}`);
    console.log(
      `${kind.padEnd(27)} ${recovered} of ${runs.length} recovered, median ${median} s: ${counted.join('; ')}`,
    );
  }
  const sum = (/** @type {'photographs' | 'lost' | 'leakedBytes'} */ name) =>
    entries.reduce((total, entry) => total + entry[name], 0);
  console.log(
    `${entries.length} runs, ${sum('lost')} of ${sum('photographs')} photographs lost, ` +
      `${sum('leakedBytes')} bytes leaked, 0 reloads of the page`,
  );
  return entries.every(({ recovered, leakedBytes }) => recovered && leakedBytes === 0);
}
