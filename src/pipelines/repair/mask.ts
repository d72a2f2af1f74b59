/** What is to be repaired: 1 for each such pixel, 0 elsewhere, row by row; of the photograph's size. */
export type Mask = { width: number; height: number; data: Uint8Array<ArrayBuffer> };
