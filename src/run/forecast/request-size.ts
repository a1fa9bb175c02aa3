/** Requests among which the items of one question to the model are shared, so that several workers have some to do. */
const REQUESTS = 4;

/**
 * Items of a request. What a worker computes together decides the last bits of its answers, so the size follows from
 * the items alone: a forecast is the same with one worker and with many.
 */
export function requestSize(items: number, most: number): number {
  return Math.min(most, Math.ceil(items / REQUESTS));
}
