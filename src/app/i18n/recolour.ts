import type { ChromaPlanes } from '../../worker/protocol.ts';
import type { RecolourReport } from '../../worker/recolour-protocol.ts';
import type { Doing } from '../recolour/colourings.svelte.ts';
import type { SwatchName } from '../recolour/swatches.ts';
import { en } from './en.ts';
import { duration, percent } from './format.ts';

/** Every text about other colours of a photograph. */
export const words = {
  intro:
    'One gray photograph can have had many colours. These are drawn one by one; choose what seems right, and say what you know.',
  notYet: 'This begins once the photograph is in colour.',
  draw: (count: number) => `Draw ${count} colourings`,
  drawMore: (count: number) => `Draw ${count} more`,
  drawAgain: (count: number) => `Draw ${count} again, as wished now`,
  stale: 'These were drawn before your last changes.',
  drawn: (count: number) => `${count} colourings are drawn.`,
  doing,
  took,
  sheet: 'Colourings',
  sheetHelp: 'Arrow keys move, Enter chooses.',
  answer: 'DDColor’s own answer',
  answerMark: 'DDColor',
  colouring: (index: number, count: number) => `Colouring ${index} of ${count}`,
  waiting: 'waiting',
  atStep: (step: number, steps: number) => `being drawn, step ${step} of ${steps}`,
  chosen: (name: string) => `${name} is chosen.`,
  cancel: en.cancel,

  vividness: 'Vividness',
  vividnessHint: 'How bold the next ones are.',

  hints: 'Colours you know',
  addHint: 'Add a colour',
  addHintNow: 'Click the place, or move the cross with the arrow keys and press Enter.',
  hintsFull: 'There are as many colours as can be given.',
  hint: (index: number) => `Colour ${index}`,
  hintAt: (index: number, where: string) => `Colour ${index}, ${where}`,
  hintHelp: 'Drag it or use the arrow keys to move it; Enter changes it, Delete removes it.',
  change: 'Change',
  changeHint: (index: number) => `Change colour ${index}`,
  remove: 'Remove',
  removeHint: (index: number) => `Remove colour ${index}`,
  removed: (index: number) => `Colour ${index} was removed.`,
  pick: (index: number) => `Colour ${index}: what is it?`,
  mix: 'Or mix one',
  hue: 'Hue',
  degrees: (hue: number) => `${Math.round(hue)}°`,
  chroma: 'Colourfulness',
  reach: 'Reach',
  reachOf: (radius: number) => `${percent(radius)} of the picture`,
  done: 'Done',
  swatches: {
    skin: 'Skin',
    lips: 'Lips',
    sky: 'Sky blue',
    water: 'Water',
    grass: 'Grass green',
    leaves: 'Leaf green',
    earth: 'Earth brown',
    sand: 'Sand',
    wood: 'Wood',
    brick: 'Brick',
    stone: 'Stone',
    red: 'Red',
    yellow: 'Yellow',
    blue: 'Blue',
    violet: 'Violet',
    pink: 'Pink',
    cream: 'Cream',
    gray: 'Gray',
  } satisfies Record<SwatchName, string>,

  lock: 'Colours to keep',
  lockHint: 'A region keeps the colours it has now, whatever is drawn next.',
  rectangle: 'Rectangle',
  lasso: 'Lasso',
  drawRectangle:
    'Drag over the region. By keyboard: arrow keys, Enter at one corner, Enter at the opposite one.',
  drawLasso:
    'Drag round the region. By keyboard: arrow keys, Enter at each corner, Enter twice at the last.',
  locked: 'The region keeps its colours.',
  unlock: 'Let it go',
  unlocked: 'The region is free again.',
  crosshair: {
    hint: 'Place of a colour',
    rectangle: 'Region to keep, as a rectangle',
    lasso: 'Region to keep, drawn freely',
  },
  where: (place: { x: number; y: number }) =>
    `${percent(place.x)} from the left, ${percent(place.y)} from the top`,
  corner: (count: number, where: string) => `Corner ${count}, ${where}`,

  recipe: 'Recipe',
  recipeHint: 'A small file by which the same colours can be made again from the same photograph.',
  made: (how: string) => `These colours: ${how}.`,
  how: ({ modelName, made }: ChromaPlanes) => `Colours chosen: ${modelName} · ${made}`,
  saveRecipe: 'Save recipe',
  openRecipe: 'Open recipe',
  recipeAdvice: 'Choose a file that “Save recipe” has written. Nothing was changed.',
  opened: 'The recipe is read; its colours are made.',
  recipeName: (photograph: string) => `${photograph.replace(/\.[a-z0-9]{2,5}$/i, '')}-colours.json`,
} as const;

/** What is going on, in words. `isFinishing`: a chosen draft is made finally. */
function doing(now: Doing, isFinishing: boolean): string {
  switch (now.stage) {
    case 'fetch':
      return en.progress(now.progress, false) ?? '';
    case 'load':
      return 'Preparing the models';
    case 'warm-up':
      return 'Getting ready for this machine, the first time only';
    case 'look':
      return 'Looking at the photograph';
    case 'sample':
      return isFinishing
        ? 'Finishing the chosen colours'
        : `Drawing · ${now.done} of ${now.count} done`;
  }
}

/** How long a sheet took, the first time apart. */
function took({ count, report: { ms } }: { count: number; report: RecolourReport }): string {
  const before = ms.load + ms.warmUp + ms.look;
  return `${count} in ${duration(ms.sample)}, after ${duration(before)} of getting ready.`;
}
