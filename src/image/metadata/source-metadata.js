/** Longer parts are left where they are: no JPEG could hold them. */
export const MAX_PART_BYTES = 65_500;
