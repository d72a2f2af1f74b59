import { expose } from 'comlink';
import { drawPlate } from './plate.ts';
import { drawScene } from './scene.ts';

/** Draws samples away from the page's own thread. */
const painter = { drawScene, drawPlate };

/** The calls of this worker, for the page. */
export type Painter = typeof painter;

expose(painter);
