/** Requests over which items are distributed, so that several workers are busy. */
const REQUESTS = 4;

/**
 * Number of items in a request. What a worker computes together affects the last bits of its answers, so the size depends
 * on the items alone: a forecast is the same with one worker and with many.
 */
export function requestSize(items: number, most: number): number {
  return Math.min(most, Math.ceil(items / REQUESTS));
}
