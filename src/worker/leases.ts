/** Permission for one worker to deliver one block, once. */
export interface Lease {
  /** Fencing number: of two leases of a block the higher one counts. */
  readonly number: number;
  readonly block: string;
  readonly worker: string;
  readonly attempt: number;
}

/** Fencing numbers set aside for each start of a run; 2^53 hold more starts than a manifest can list. */
const LEASES_PER_START = 2 ** 24;

/** Lowest fencing number of a run's start, above all those of the starts before it. */
export function firstLease(startsBefore: number): number {
  return startsBefore * LEASES_PER_START + 1;
}

/** Who may deliver which block. Numbers grow over the whole run and are never used twice. */
export class Leases {
  #next: number;
  readonly #current = new Map<string, Lease>();

  constructor(first = firstLease(0)) {
    this.#next = first;
  }

  /** A new lease makes every earlier one of the block stale. */
  issue(block: string, worker: string, attempt: number): Lease {
    const lease = { number: this.#next, block, worker, attempt };
    this.#next += 1;
    this.#current.set(block, lease);
    return lease;
  }

  isCurrent(lease: Lease): boolean {
    return this.#current.get(lease.block)?.number === lease.number;
  }

  /** End the lease, if it still counts: whatever arrives under it from now on is stale. */
  end(lease: Lease): void {
    if (this.isCurrent(lease)) this.#current.delete(lease.block);
  }

  /** Leases that are out. */
  get size(): number {
    return this.#current.size;
  }
}
