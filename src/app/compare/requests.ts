import type { Region } from '../../worker/protocol.ts';
import type { Size, Viewport } from './viewport.svelte.ts';

/** Longest edge of the base layer, in pixels: what a large screen shows at fit. */
const MAX_BASE_EDGE_PX = 2048;
/** The base serves until the screen has this many times its pixels. */
const DETAIL_FROM = 1.05;

/** What a layer draws: a region of the photograph at a size in pixels. */
export type LayerRequest = { region: Region; width: number; height: number };

/** The whole photograph at the size at which it fits the stage. */
export function baseRequest(viewport: Viewport): LayerRequest {
  const { photo } = viewport;
  return sized({ x: 0, y: 0, ...photo }, baseScale(viewport));
}

/** The visible part in screen pixels, or null while the base layer has pixels enough. */
export function detailRequest(viewport: Viewport): LayerRequest | null {
  const wanted = Math.min(1, viewport.screenScale);
  if (wanted <= baseScale(viewport) * DETAIL_FROM) return null;
  return sized(viewport.visible, wanted);
}

function baseScale({ photo, fitScale, pixelRatio }: Viewport): number {
  const longEdge = Math.max(photo.width, photo.height);
  return Math.min(1, fitScale * pixelRatio, MAX_BASE_EDGE_PX / longEdge);
}

function sized(region: Region, scale: number): LayerRequest {
  const { width, height }: Size = region;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { region, width: side(width), height: side(height) };
}
