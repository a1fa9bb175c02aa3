/** The part of the WebAssembly interface that the sandbox uses: Node's types leave it to the browser's. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    /** Grows by a number of pages of 64 KiB and returns the number there were. */
    grow(pages: number): number;
  }
  class Global {
    value: number;
  }
  class Module {}
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...args: never[]) => unknown>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
}
