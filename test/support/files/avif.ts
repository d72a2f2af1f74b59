/**
 * A 48 × 32 AVIF: the left half red (200, 40, 30), the right half blue (40, 60, 200). Browsers write
 * no AVIF, so this drawn picture was encoded once, by Pillow 13 with quality 80 and 4:4:4.
 */
const AVIF_BASE64 =
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAA' +
  'AAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAALwAAAChpaW5mAAAA' +
  'AAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAMAAAACAA' +
  'AAAQcGl4aQAAAAADCAgIAAAADGF2MUOBIAAAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQB' +
  'AoMEAAAAN21kYXQSAAoJOBUv+0gIaDSAMiBE8JjJoDDDD8IAAAAAx5MzLVRkTv2UID6GHEiqsU09WA==';

/** The file's bytes; its colours are within 6 levels of those above. */
export const AVIF_FILE: Uint8Array<ArrayBuffer> = Uint8Array.from(atob(AVIF_BASE64), (character) =>
  character.charCodeAt(0),
);
