import type { Progress } from '../../worker/protocol.ts';
import type { Repair, RepairMode, RepairReport } from '../../worker/repair-protocol.ts';
import { en } from './en.ts';
import { duration } from './format.ts';

/** Every text about repairs. */
export const words = {
  intro:
    'Scratches, dust, tears and stains are filled in. What is not marked stays as it is, pixel for pixel.',
  find: 'Find damage',
  sensitivity: 'Sensitivity',

  brush: 'Brush',
  brushModes: { paint: 'Paint', erase: 'Erase' },
  brushSize: 'Brush size',
  brushPixels: (diameter: number) =>
    `${diameter < 10 ? diameter.toFixed(1) : Math.round(diameter)}\u00a0px`,
  keysTitle: 'Brush keys',
  keys: [
    ['Arrow keys', 'move the brush, with Shift by one pixel'],
    ['Space', 'paints where it is, and on while held'],
    ['Enter', 'puts it down, or lifts it'],
    ['[ and ]', 'smaller and larger'],
    ['E', 'changes between painting and erasing'],
    ['Ctrl + Z', 'undoes a mark, with Shift does it again'],
  ],
  useBrush: 'Go to the brush',
  brushOn: (name: string) => `Brush on ${name}`,
  brushHelp:
    'Arrow keys move the brush, with Shift by one pixel. Space paints, Enter puts it down or lifts it, left and right bracket change its size, E erases, Control and Z undoes. Plus, minus and 0 zoom.',
  painted: (x: number, y: number) => `Painted ${place(x, y)}.`,
  erased: (x: number, y: number) => `Erased ${place(x, y)}.`,
  down: 'Brush down.',
  lifted: 'Brush lifted.',
  erasing: 'The brush erases.',
  painting: 'The brush paints.',

  marks: 'Marks',
  undo: 'Undo mark',
  redo: 'Redo mark',
  clear: 'Clear marks',
  undone: 'Undone.',
  redone: 'Done again.',
  marked: (share: number) => (share === 0 ? 'Nothing is marked.' : `${area(share)} is marked.`),

  shown: 'Show',
  views: { marks: 'Marks', result: 'Before and after' },

  mode: 'Quality',
  modes: { draft: 'Draft', final: 'Final', sampled: 'One of many' } satisfies Record<
    RepairMode,
    string
  >,
  modeHints: {
    draft: 'Quick: what stood there most likely, soft in large gaps.',
    final: 'The same from several views: the nearest to the truth.',
    sampled: 'One of the ways in which it could have looked, with texture; another each time.',
  } satisfies Record<RepairMode, string>,
  repair: 'Repair',
  again: 'Fill in differently',
  remove: 'Remove the repair',
  removed: 'The repair was removed.',
  waiting: 'Waiting for the work before it',
  progress,
  found: (share: number) =>
    share === 0
      ? 'No damage was found. A higher sensitivity may find some, or paint over it.'
      : `Found: ${area(share)}.`,
  cancelled: 'Cancelled. Nothing was changed.',
  nothing: 'Nothing was marked, so nothing was repaired.',
  repaired,
  how: ({ share, modelName, made }: Repair) => `Repaired: ${area(share)} · ${modelName} · ${made}`,
  guess: 'What stands there now is a guess by a neural network.',
} as const;

/** What a search or a repair is doing; null where the moment needs no words. */
function progress(now: Progress): string | null {
  switch (now.stage) {
    case 'warm-up':
      return 'Preparing the GPU, once';
    case 'searched':
      return `Looking for damage · tile ${now.tile} of ${now.tiles}`;
    case 'sampling':
    case 'sampled': {
      const { pass, passes, step, steps, tile, tiles } = now.place;
      const parts = [
        ...(passes > 1 ? [`pass ${pass} of ${passes}`] : []),
        ...(steps > 1 ? [`step ${step} of ${steps}`] : []),
        ...(tiles > 1 ? [`tile ${tile} of ${tiles}`] : []),
      ];
      return ['Filling in', ...parts].join(' · ');
    }
    case 'repair-plan':
      return now.sentence;
    default:
      return en.progress(now, false);
  }
}

/** One calm sentence: how much, where it ran, how long. */
function repaired({ share }: Repair, { attempts, firstTileMs, laterTileMs }: RepairReport): string {
  const isOnGpu = attempts.at(-1)?.plan.backend === 'webgpu';
  const where = isOnGpu ? 'your GPU' : 'this machine’s processor';
  const later = laterTileMs > 0 ? `, ${duration(laterTileMs)} each later one` : '';
  return `Repaired by ${where}: ${area(share)}. The first tile took ${duration(firstTileMs)}${later}.`;
}

/** A share of the picture: `3.2 % of the picture`. */
function area(share: number): string {
  const percent = 100 * share;
  const shown = percent < 0.01 ? 'less than 0.01' : String(Number(percent.toPrecision(2)));
  return `${shown}\u00a0% of the picture`;
}

/** @param x, y in parts of the picture, from the top left. */
function place(x: number, y: number): string {
  return `${Math.round(100 * x)} % across, ${Math.round(100 * y)} % down`;
}
