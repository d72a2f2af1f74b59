import { colouringOf } from '../pipelines/colorize/colouring.ts';
import { profileOf } from '../planner/profile.ts';
import { cpuPainter } from '../runtime/painter.ts';
import { AppError } from '../shared/errors.ts';
import { gpuStalled } from './gpu-patience.ts';
import { watched } from './watchdog.ts';
/** Failures of the GPU in one drawing after which the processor draws the rest. */
const MOST_FAILURES = 2;
/**
 * Draws with a photograph's found colours, whatever becomes of the GPU meanwhile: a stripe at which it
 * fails is painted again, on a new device and then on the processor. The colours are small, and kept
 * beside the GPU, so that stripes before it stand. A device on which a network runs is the run's to give up.
 * @throws {AppError} `bug/invariant` where no colours were found yet; whatever `draw` throws.
 */
export async function drawFound(workshop, held, photograph, draw) {
    const { found } = held;
    if (!found)
        throw new AppError('bug/invariant', 'This photograph has no colours yet.');
    const steady = new SteadyColouring(workshop, found.chroma, photograph);
    if (!held.colouring) {
        const { colouring } = await steady.fit();
        // A run, or another view, may have come first: its colours are no older than these.
        if (held.colouring || held.found !== found)
            colouring.dispose();
        else
            held.colouring = colouring;
        return drawFound(workshop, held, photograph, draw);
    }
    const { gpu } = workshop.equipment;
    return held.colouring.use(async (colouring) => {
        try {
            return await draw(steady.over({ colouring, gpu }));
        }
        finally {
            steady.end();
        }
    });
}
/** Colours of one drawing that move from one painter to the next when one fails. */
class SteadyColouring {
    #workshop;
    #chroma;
    #photograph;
    #failures = 0;
    /** What took the place of a painter that failed; ended with the drawing. */
    #replacement = null;
    constructor(workshop, chroma, photograph) {
        this.#workshop = workshop;
        this.#chroma = chroma;
        this.#photograph = photograph;
    }
    /** The same colouring, whose stripes survive their painter. */
    over(first) {
        const paint = async (rows, mapping, look) => {
            for (;;) {
                const { colouring, gpu } = this.#replacement ?? first;
                try {
                    return await this.#watched(() => colouring.use((inUse) => inUse.paint(rows, mapping, look)));
                }
                catch (error) {
                    this.#giveUp(gpu, error);
                    this.#replacement?.colouring.dispose();
                    this.#replacement = await this.fit();
                }
            }
        };
        return { ...first.colouring, paint };
    }
    /** Fits the colours where they can be. */
    async fit() {
        const { equipment } = this.#workshop;
        for (;;) {
            const { backend } = profileOf(equipment.facts, 'auto');
            if (backend !== 'webgpu' || this.#failures >= MOST_FAILURES) {
                const field = await cpuPainter.fit(this.#chroma, this.#photograph);
                return { colouring: colouringOf(cpuPainter, field), gpu: null };
            }
            let gpu = null;
            try {
                return await this.#watched(async () => {
                    const place = await equipment.gpuPlace();
                    gpu = place.gpu;
                    const field = await place.painter.fit(this.#chroma, this.#photograph);
                    return { colouring: colouringOf(place.painter, field), gpu };
                });
            }
            catch (error) {
                this.#giveUp(gpu, error);
            }
        }
    }
    end() {
        this.#replacement?.colouring.dispose();
    }
    #watched(work) {
        const { equipment, patience } = this.#workshop;
        const limitMs = patience.paintMs(equipment.adapterReport?.isFallback === true);
        const allowed = (allow) => {
            allow(limitMs);
            return work();
        };
        return watched(allowed, gpuStalled, patience.tickMs);
    }
    /**
     * Gives back the device of a failure, unless a network may lose by it: then the processor draws on, and
     * the run finds out by itself what the device is worth. @throws what is not one of the GPU's.
     */
    #giveUp(gpu, error) {
        if (!(error instanceof AppError) || !error.code.startsWith('gpu/'))
            throw error;
        const { equipment, patience } = this.#workshop;
        if (patience.isPassing && !gpu?.isLost) {
            this.#failures = MOST_FAILURES;
            return;
        }
        this.#failures++;
        equipment.renewGpu(gpu);
    }
}
