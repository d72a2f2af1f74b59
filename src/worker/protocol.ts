import type { ColourLook } from '../image/colour/look.ts';
import type { Region } from '../image/guided/mapping.ts';
import type { EncodeFormat } from '../image/encode/encode-picture.ts';
import type { Variant } from '../models/variant.ts';
import type { Considered, Wish } from '../planner/plan.ts';
import type { Preset } from '../planner/presets.ts';
import type { ErrorCode } from '../shared/errors.ts';
import type { Outcome } from '../shared/outcome.ts';
import type { Transferred } from '../shared/transfer.ts';
import type { ModelOffer, ModelReport } from './model-protocol.ts';
import type { RepairCalls, RepairNews } from './repair-protocol.ts';
import type { BroughtModels, Forgettable, KeptStorage } from './storage-protocol.ts';
import type { RecolourApi, RecolourEvent } from './recolour-protocol.ts';

export type { Preset } from '../planner/presets.ts';
export type { Region } from '../image/guided/mapping.ts';
/** How the colours are shown; changing it never runs the network again. */
export type Look = ColourLook;

/** Where the network runs. */
export type Backend = 'webgpu' | 'wasm';
/** What the photograph mostly shows; moves the wished size, never the ceiling. */
export type PhotographKind = Wish['kind'];
/** File formats that can be saved. */
export type SaveFormat = EncodeFormat;

/** This machine as the planner sees it, and as the page tells it. */
export type Machine = {
  /** Where work will run unless a run asks otherwise. */
  backend: Backend;
  /** The adapter, or null where the browser gives none. */
  adapter: AdapterReport | null;
  /** Why the adapter is no longer used in this visit, for people; null where nothing failed. */
  gpuProblem: string | null;
  /** What a run may have live at once where work will run, and every fact that was weighed for it. */
  budget: { bytes: number; because: string; lines: { what: string; bytes: number }[] };
  /** The preset of runs that are given none, and whether a measurement has chosen it. */
  automatic: { preset: Preset; isMeasured: boolean };
  /** `navigator.deviceMemory` in GiB (Chromium only, capped), or null. */
  deviceMemoryGiB: number | null;
  /** Threads that wasm may use: 1 unless the page is cross-origin isolated. */
  wasmThreads: number;
  storage: StorageReport;
  /** Name of the model that runs would use; null where not even its card can be had. */
  modelName: string | null;
};

/** What a GPUAdapter says of itself. */
export type AdapterReport = {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  /** True for a software adapter such as SwiftShader. */
  isFallback: boolean;
  maxBufferSize: number;
  maxStorageBufferBindingSize: number;
  features: string[];
};

/** Where weights are kept between visits. */
export type StorageReport = {
  kind: 'indexeddb' | 'memory';
  /** Whether the browser promised not to evict (`navigator.storage.persist`). */
  isPersisted: boolean;
  /** Why weights are only in memory, for people; null where they are kept. */
  problem: string | null;
  /** Whether every shard of the model that runs would use is already here. */
  isModelReady: boolean;
  /** Whether a later visit could colour without a network: model and wasm are kept, for machines with a GPU too. */
  isRunKept: boolean;
};

/** Sideways scans and negatives: applied before anything else sees the picture. */
export type Adjustment = {
  /** Clockwise, in degrees. */
  rotation: 0 | 90 | 180 | 270;
  /** True for a negative. */
  isNegative: boolean;
};

/** Facts about an opened photograph. */
export type PhotographInfo = {
  id: string;
  name: string;
  /** In pixels, upright (EXIF orientation and {@link Adjustment} applied). */
  width: number;
  height: number;
  /** Such as `jpeg`, `png`, `webp`, `avif`, `gif`, `bmp`, `tiff`. */
  format: string;
  /** True where the file has colours of its own (it is coloured again from its lightness). */
  isColour: boolean;
  /** Frames or pages in the file; only the first is used. */
  frames: number;
  /** Milliseconds that decoding took. */
  decodeMs: number;
};

/** What a caller wants from a run; `auto` leaves it to the planner. */
export type ColorizeWish = {
  kind: PhotographKind;
  /** Side of the square whose area the network sees. */
  size: 'auto' | number;
  device: 'auto' | Backend;
  /** Id of the model; absent, the one that the page comes with. */
  model?: string;
  /** Show the smallest size first. */
  wantsPreview: boolean;
  /** How much of the machine to take; absent, what a measurement of it found. */
  preset?: Preset;
  /** A precision in place of the planner's choice; for measuring. */
  variant?: NonNullable<Wish['variant']>;
};

/** What measuring this machine found; nothing but the sentence where nothing was measured. */
export type Optimisation = {
  /** What runs take from now on that are given no preset. */
  preset: Preset | null;
  /** Milliseconds of the network at 256², the first time and warm. */
  firstMs: number | null;
  warmMs: number | null;
  /** GPU bytes that were asked for, and had at once. */
  memory: { wantedBytes: number; gotBytes: number } | null;
  /** One sentence for people. */
  sentence: string;
};

/** What the planner decided, and why. */
export type PlanReport = {
  backend: Backend;
  /** Id of the model, as in the catalogue. */
  model: string;
  /** Its name, for people. */
  modelName: string;
  variant: Variant;
  size: number;
  /** What the network really sees: multiples of 32. */
  modelWidth: number;
  modelHeight: number;
  /** Rows of the network's output made in one GPU submission; `modelHeight` or more is untiled. */
  tileRows: number;
  /** Predicted peak of memory, from what the card measured on the backend. */
  peakBytes: number;
  /** One sentence for people. */
  reason: string;
  /** Each choice weighed, in order, with what refused it (null for the chosen one). */
  considered: Considered[];
};

/** Milliseconds by stage of one run. */
export type StageTimes = {
  decode: number;
  load: number;
  infer: number;
  upsample: number;
  encode: number;
};

/** Whose bytes a GPU buffer holds, by the word before the colon of its label. */
export type BufferOwner = 'weights' | 'activations' | 'pictures' | 'other';

/** GPU bytes of each owner. */
export type OwnerBytes = Record<BufferOwner, number>;

/** Live GPU bytes at a moment, `ms` since the counting began. */
export type MemoryPoint = { ms: number; bytes: OwnerBytes };

/** GPU bytes over one attempt, by owner. */
export type LedgerReport = {
  /** Most live bytes of each owner; they need not fall on the same moment. */
  peakBytes: OwnerBytes;
  /** The largest buffer that each owner made; null where it made none. */
  largest: Record<BufferOwner, { bytes: number; label: string } | null>;
  /** Live bytes over time, by rising `ms`; the highest and the lowest moment are always among them. */
  timeline: MemoryPoint[];
  /** When the steps of the work began, by rising `ms`. */
  marks: { ms: number; name: string }[];
};

/**
 * One try of a run: a plan carried out with its preview, or the pass that failed and how. Plain data,
 * for the journal.
 */
export type Attempt = {
  plan: PlanReport;
  /** What ended it; null for the one that gave the colours. */
  error: AttemptError | null;
  /** What the machine was believed to have then. */
  budgetBytes: number;
  /** Bytes that one GPU buffer could have then. */
  largestBufferLimit: number;
  /** Of this attempt alone. */
  ms: StageTimes;
  /** Most live GPU bytes, and the largest buffer made; 0 on wasm, and where its worker died. */
  peakGpuBytes: number;
  largestGpuBufferBytes: number;
  /** Null on wasm, and where its worker died. */
  ledger: LedgerReport | null;
};

/** An error as an {@link Attempt} keeps it. */
export type AttemptError = {
  code: ErrorCode;
  message: string;
  detail: Readonly<Record<string, unknown>>;
};

/** What one run did. */
export type RunReport = {
  plan: PlanReport;
  /** Plain words for each step, also the steps down ("The GPU ran out of memory at size 512; …"). */
  steps: string[];
  /** Every try, in order: those that failed, and the one that gave the colours. */
  attempts: Attempt[];
  /** How the colours were made, in a few words; saved pictures carry it. */
  made: string;
  ms: StageTimes;
  /** Highest number of live GPU bytes during the run; 0 on wasm. */
  peakGpuBytes: number;
  /** Largest GPU buffer made during the run; 0 on wasm. */
  largestGpuBufferBytes: number;
};

/** What is going on, as it happens. */
export type Progress =
  | {
      stage: 'fetch';
      what: Transferred;
      loadedBytes: number;
      totalBytes: number;
      secondsLeft: number | null;
    }
  /** A model that is offered is read and checked, so far. */
  | { stage: 'check'; loadedBytes: number; totalBytes: number }
  | { stage: 'read' }
  /** A pass begins to take memory: the attempt as it stands should its worker die now, with no error yet. */
  | { stage: 'begin'; attempt: Attempt }
  | { stage: 'load'; model: string }
  | { stage: 'infer'; pass: 'preview' | 'final'; plan: PlanReport }
  /** Colours of this pass can be viewed now. */
  | { stage: 'colours'; pass: 'preview' | 'final'; plan: PlanReport }
  | { stage: 'upsample'; stripe: number; stripes: number }
  | { stage: 'encode' }
  /** GPU memory of the attempt under way, so far; told a few times a second, never on wasm. */
  | { stage: 'memory'; ledger: LedgerReport; budgetBytes: number }
  /** A try has ended, well or not; told at once, so that it is known whatever becomes of the worker. */
  | { stage: 'attempt'; attempt: Attempt }
  /** Of other colourings that are drawn. */
  | { stage: 'recolour'; event: RecolourEvent }
  /** Something was stepped down or refused; the sentence is for people. */
  | { stage: 'notice'; sentence: string }
  | RepairNews;

/** Which pixels to draw, at what size. */
export type ViewRequest = {
  of: 'original' | 'coloured';
  region: Region;
  /** Size of the drawn bitmap, in pixels. */
  width: number;
  height: number;
  look: Look;
};

/** A tile of a picture of which the engine holds a small version with colours: deep zoom. */
export type TileRequest = {
  /** Handed over, never copied. At most 4096 × 4096 pixels. */
  pixels: ImageBitmap;
  /** Where it lies, as shares of the whole's width and height: 0–1. */
  region: Region;
  look: Look;
};

export type SaveRequest = {
  format: SaveFormat;
  /** JPEG quality 0–1; ignored for PNG. */
  quality: number;
  look: Look;
};

/** A saved file and what making it took. */
export type SavedPicture = { blob: Blob; width: number; height: number; ms: StageTimes };

/**
 * ab planes as the network gave them: small, and all that is needed to draw the coloured picture
 * again in another worker. `ab` is planar (a then b), in Lab units.
 */
export type ChromaPlanes = {
  width: number;
  height: number;
  ab: Float32Array;
  /** Name of the model that found them, for the mark in saved files. */
  modelName: string;
  /** How it found them, in a few words, for the same mark. */
  made: string;
};

/** What only the page knows of a run, which outlives its workers. */
export type RunPast = {
  /** What it has tried and failed at in earlier workers, in order: it goes on one rung below. */
  failed: readonly Attempt[];
  /** Whether the GPU failed at so many of the last photographs that a run which may choose does without it. */
  isGpuLeftOut: boolean;
};

/** The engine's calls. The worker `satisfies` it; the page reaches it through `client.ts` only. */
export type EngineApi = RecolourApi &
  RepairCalls & {
    /** @param model that runs would use, as in their wish. */
    machine(model: string | undefined): Promise<Outcome<Machine>>;
    /** Compiles ahead what the first run will need; `preset` and `model` as in its wish. */
    prepare(preset: Preset | undefined, model: string | undefined): Promise<Outcome<void>>;
    /**
     * Fetches the next file that a run would need and that is not kept; bytes still missing after it.
     * @param model as in a run's wish.
     */
    keepNext(model: string | undefined): Promise<Outcome<number>>;
    /** Every model that runs can use: the default first. */
    models(): Promise<Outcome<ModelReport[]>>;
    /** Checks a model from outside, tries it, and keeps it; where that fails nothing is changed. */
    addModel(
      job: string,
      offer: ModelOffer,
      onProgress: (progress: Progress) => void,
    ): Promise<Outcome<ModelReport>>;
    /** What the browser keeps for the program. */
    kept(): Promise<Outcome<KeptStorage>>;
    /** Forgets something of it; what ships is fetched again when it is needed. */
    forget(what: Forgettable): Promise<Outcome<void>>;
    /** All models that are kept, as one file. */
    saveModels(): Promise<Outcome<Blob>>;
    /** Takes models from such a file, verified. */
    bringModels(
      job: string,
      file: Blob,
      onProgress: (progress: Progress) => void,
    ): Promise<Outcome<BroughtModels>>;
    /** Forgets an added model, with the files that no other model shares. */
    removeModel(id: string): Promise<Outcome<void>>;
    open(
      job: string,
      id: string,
      file: Blob,
      name: string,
      adjustment: Adjustment,
    ): Promise<Outcome<PhotographInfo>>;
    colorize(
      job: string,
      id: string,
      wish: ColorizeWish,
      past: RunPast,
      onProgress: (progress: Progress) => void,
    ): Promise<Outcome<{ report: RunReport; chroma: ChromaPlanes }>>;
    /** Gives back colours that an earlier worker found. */
    restore(id: string, chroma: ChromaPlanes): Promise<Outcome<void>>;
    view(id: string, request: ViewRequest): Promise<Outcome<ImageBitmap>>;
    colourTile(id: string, request: TileRequest): Promise<Outcome<ImageBitmap>>;
    save(
      job: string,
      id: string,
      request: SaveRequest,
      onProgress: (progress: Progress) => void,
    ): Promise<Outcome<SavedPicture>>;
    /** Measures the GPU once and remembers what suits it. */
    optimise(job: string, onProgress: (progress: Progress) => void): Promise<Outcome<Optimisation>>;
    close(id: string): Promise<Outcome<void>>;
    /** Asks a job to end at its next step; the client terminates the worker where it does not. */
    cancel(job: string): Promise<Outcome<void>>;
    /** Frees networks, weights and fields after the jobs under way; the next call brings them back. */
    release(): Promise<Outcome<void>>;
    /** Answers: a sign of life. */
    ping(): Promise<Outcome<void>>;
    /** Holds a Web Lock until the worker is gone, by which the page notices. Answers whether it is held. */
    holdForLife(lock: string): Promise<Outcome<boolean>>;
  };
