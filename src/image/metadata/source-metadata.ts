/** What a photograph's file says of it, as it stands there; null where it says nothing. */
export type SourceMetadata = {
  /** A TIFF header and directories (CIPA DC-008), without any container's prefix. */
  exif: Uint8Array | null;
  /** An XMP packet, in UTF-8 where it is sound. */
  xmp: Uint8Array | null;
  /** Records of IPTC's Information Interchange Model. */
  iptc: Uint8Array | null;
};

/** Longer parts are left where they are: no JPEG could hold them. */
export const MAX_PART_BYTES = 65_500;
