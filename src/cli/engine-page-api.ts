import type { Outcome } from '../shared/outcome.ts';
import type {
  ColorizeWish,
  Look,
  Machine,
  PhotographInfo,
  Progress,
  RunReport,
  SaveFormat,
  StageTimes,
} from '../worker/protocol.ts';

/** One file to colour: read from one address of the local server, written to another. */
export type ColorizeFileRequest = {
  inputUrl: string;
  /** The file's name, which errors and reports speak of. */
  name: string;
  /** Takes the finished picture with PUT. */
  outputUrl: string;
  wish: ColorizeWish;
  look: Look;
  format: SaveFormat;
  /** JPEG quality 0–1. */
  quality: number;
};

/** What colouring one file found and took. */
export type ColorizedFile = {
  info: PhotographInfo;
  report: RunReport;
  /** Of the saved picture, in pixels. */
  width: number;
  height: number;
  ms: StageTimes;
};

/** What `engine.html` offers to the program that drives it, as `window.autochromeEngine`. */
export type EnginePageApi = {
  /** What this browser runs on, and where it keeps the model. */
  machine(): Promise<Outcome<Machine>>;
  /** Checks a model and makes it ready for wishes that ask for it. @returns its id. */
  addModel(address: string): Promise<Outcome<string>>;
  /**
   * Opens, colours and saves one file; every failure is an answer. Several may be under way: they keep their
   * order, and the next is decoded while one is coloured and the last is written.
   */
  colorizeFile(request: ColorizeFileRequest): Promise<Outcome<ColorizedFile>>;
};

declare global {
  var autochromeEngine: EnginePageApi | undefined;
  /** Where set, hears the stage of each progress report. */
  var autochromeProgress: ((stage: Progress['stage']) => void) | undefined;
}
