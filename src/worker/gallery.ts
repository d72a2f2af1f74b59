import { decodePhotograph, type DecodedPhotograph } from '../image/decode/decode-photograph.ts';
import type { Chroma, Photograph } from '../image/photograph.ts';
import type { Colouring } from '../pipelines/colorize/colouring.ts';
import { applyPatches, type RepairPatch } from '../pipelines/repair/patches.ts';
import { AppError } from '../shared/errors.ts';
import type { Adjustment } from './protocol.ts';
import type { Repair } from './repair-protocol.ts';

/** Bytes of decoded photographs kept at once; those not looked at for longest are decoded again when needed. */
const DECODED_BYTES = 256 * 2 ** 20;

/** Colours as the network gave them, with the words for the mark in saved files. */
export type Found = { chroma: Chroma; modelName: string; made: string };

/** A photograph that the page has open. */
export class HeldPhotograph {
  readonly file: Blob;
  readonly adjustment: Adjustment;
  /** Decoded pixels, or null while parked. */
  photograph: Photograph | null;
  /** Colours found, also those given back by the page; null before the first run. */
  found: Found | null = null;
  #repair: Repair | null = null;
  /** The photograph as its repair left it; null until it is needed. */
  #repaired: Photograph | null = null;
  #decoding: Promise<Photograph> | null = null;
  #colouring: Colouring | null = null;
  #ownColouring: Colouring | null = null;

  constructor(file: Blob, adjustment: Adjustment, photograph: Photograph) {
    this.file = file;
    this.adjustment = adjustment;
    this.photograph = photograph;
  }

  /** Its pixels, decoded again where it was parked; calls that meet wait for the same decoding. */
  async decoded(): Promise<Photograph> {
    if (this.photograph) return this.photograph;
    this.#decoding ??= decodePhotograph(this.file, this.adjustment)
      .then((decoded) => (this.photograph = decoded.photograph))
      .finally(() => (this.#decoding = null));
    return this.#decoding;
  }

  /** What was repaired, also what the page gave back; null where nothing was. */
  get repair(): Repair | null {
    return this.#repair;
  }

  set repair(repair: Repair | null) {
    this.#repair = repair;
    this.#repaired = null;
    this.colouring = null;
  }

  /** A decoded photograph of its with the repair, which is made where it is not kept. */
  repaired(photograph: Photograph): Photograph {
    if (!this.#repair || this.#repair.patches.length === 0) return photograph;
    this.#repaired ??= withPatches(photograph, this.#repair.patches);
    return this.#repaired;
  }

  /** Bytes of the pixels that it keeps. */
  get bytes(): number {
    if (!this.photograph) return 0;
    const { lightness, alpha } = this.photograph;
    const planes = this.#repaired ? 2 : 1;
    return planes * lightness.data.byteLength + (alpha?.byteLength ?? 0);
  }

  /** Lets go of the pixels; they are decoded and repaired again when they are needed. */
  park(): void {
    this.photograph = null;
    this.#repaired = null;
    this.dropColourings();
  }

  /** Found colours as their painter holds them; null where they must be fitted again. */
  get colouring(): Colouring | null {
    return this.#colouring;
  }

  set colouring(colouring: Colouring | null) {
    if (this.#colouring !== colouring) this.#colouring?.dispose();
    this.#colouring = colouring;
  }

  /** The file's own colours as their painter holds them. */
  get ownColouring(): Colouring | null {
    return this.#ownColouring;
  }

  set ownColouring(colouring: Colouring | null) {
    if (this.#ownColouring !== colouring) this.#ownColouring?.dispose();
    this.#ownColouring = colouring;
  }

  /** Frees what painters hold; colours found are kept in `found`. */
  dropColourings(): void {
    this.colouring = null;
    this.ownColouring = null;
  }
}

/** The open photographs, the most recently used last. */
export class Gallery {
  readonly #held = new Map<string, HeldPhotograph>();

  /** Decodes a file and holds it under an id, in place of what was there. */
  async open(
    id: string,
    file: Blob,
    adjustment: Adjustment,
    signal: AbortSignal,
  ): Promise<DecodedPhotograph> {
    const decoded = await decodePhotograph(file, { ...adjustment, signal });
    this.close(id);
    this.#held.set(id, new HeldPhotograph(file, adjustment, decoded.photograph));
    this.#park(id);
    return decoded;
  }

  /**
   * A held photograph with its pixels: `photograph` as it was repaired, `source` as its file has it.
   * @throws {AppError} where it is not open, or its file is gone.
   */
  async get(
    id: string,
  ): Promise<{ held: HeldPhotograph; photograph: Photograph; source: Photograph }> {
    const held = this.#held.get(id);
    if (!held) throw new AppError('bug/invariant', 'This photograph is not open.');
    this.#held.delete(id);
    this.#held.set(id, held);
    const source = await held.decoded();
    const photograph = held.repaired(source);
    this.#park(id);
    return { held, photograph, source };
  }

  /** Whether this very photograph is still the one open under the id. */
  holds(id: string, held: HeldPhotograph): boolean {
    return this.#held.get(id) === held;
  }

  close(id: string): void {
    this.#held.get(id)?.dropColourings();
    this.#held.delete(id);
  }

  /** Frees every painter's fields, as when the GPU is given up. */
  dropColourings(): void {
    for (const held of this.#held.values()) held.dropColourings();
  }

  /** Lets go of the pixels used longest ago, but never those of `id`. */
  #park(id: string): void {
    let bytes = 0;
    for (const held of this.#held.values()) bytes += held.bytes;
    for (const [name, held] of this.#held) {
      if (bytes <= DECODED_BYTES) return;
      if (name === id) continue;
      bytes -= held.bytes;
      held.park();
    }
  }
}

function withPatches(photograph: Photograph, patches: readonly RepairPatch[]): Photograph {
  const { lightness } = photograph;
  const repaired = { ...lightness, data: lightness.data.slice() };
  applyPatches(repaired, patches);
  return { ...photograph, lightness: repaired };
}
