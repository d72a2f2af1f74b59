/** What the browser keeps for the program, as the page tells of it. */
export type KeptStorage = {
  /** Models of any task that ship, kept or not, and those that were added. */
  models: KeptModel[];
  /** Of models that this version does not know: earlier ones had them. */
  otherBytes: number;
  /** The program that runs networks on the processor. */
  programBytes: number;
};

/** A model and what is kept of it. */
export type KeptModel = {
  id: string;
  name: string;
  keptBytes: number;
  /** Bytes of all of its files. */
  bytes: number;
  /** False where the visitor added it: it cannot be fetched again by itself. */
  ships: boolean;
};

/** What can be forgotten: a model by its id, what earlier versions left, or the program. */
export type Forgettable = { model: string } | 'others' | 'program';

/** What came of reading saved models: names of those that are here now. */
export type BroughtModels = { names: string[] };
