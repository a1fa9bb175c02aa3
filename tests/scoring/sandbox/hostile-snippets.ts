/** Programs that a model could write by accident or malice. Each defines `f`, and none may score on a task that expects f(1) = 2. */
export interface HostileSnippet {
  readonly does: string;
  readonly source: string;
}

/** Bytecode that is none: the interpreter runs into an unreachable instruction, in every fresh instance. */
export const TRAP =
  "import types\ndef f(n):\n    exec(types.CodeType(0, 0, 0, 0, 0, 0, b'\\x97\\x00', (), (), (), '', '', '', 0, b'', b''))";

/** Writes a report of its own, `value` (bytes in Python) in the place of its result, and leaves. */
const forged = (value: string): string =>
  `import os\ndef f(n):\n    os.write(1, b'{"results": [["value", ' + ${value} + b']]}')\n    os._exit(0)`;

/** `canary` is a file and `port` a listening port of the host. */
export function hostileSnippets(canary: string, port: number): readonly HostileSnippet[] {
  const file = JSON.stringify(canary);
  return [
    { does: "reads a file", source: `def f(n):\n    return open(${file}).read()` },
    { does: "overwrites a file", source: `open(${file}, "w").write("gone")\ndef f(n):\n    return 0` },
    {
      does: "deletes files",
      source: `import os, shutil\ndef f(n):\n    shutil.rmtree("/", ignore_errors=True)\n    os.remove(${file})\n    return 2`,
    },
    {
      does: "opens a socket",
      source: `import socket\ndef f(n):\n    socket.create_connection(("127.0.0.1", ${port})).send(b"x")\n    return 2`,
    },
    {
      does: "fetches a page",
      source: `def f(n):\n    from urllib.request import urlopen\n    return urlopen("http://127.0.0.1:${port}/").read() and 2`,
    },
    {
      does: "starts a process",
      source: `import subprocess\ndef f(n):\n    subprocess.run(["rm", ${file}])\n    return 2`,
    },
    { does: "runs a shell", source: `import os\ndef f(n):\n    os.system("rm " + ${file})\n    return 2` },
    { does: "forks without end", source: "import os\ndef f(n):\n    while True:\n        os.fork()" },
    {
      does: "starts threads without end",
      source:
        "import threading\ndef f(n):\n    while True:\n        threading.Thread(target=f, args=(n,)).start()",
    },
    { does: "loops without end", source: "def f(n):\n    while True:\n        pass" },
    { does: "asks for all memory at once", source: "def f(n):\n    return len(bytearray(10**10))" },
    {
      does: "asks for all memory bit by bit",
      source: "def f(n):\n    kept = []\n    while True:\n        kept.append(bytearray(1 << 20))",
    },
    { does: "prints without end", source: 'def f(n):\n    while True:\n        print("passed" * 1000)' },
    {
      does: "floods the error stream",
      source:
        'import sys\nfor _ in range(100000):\n    sys.stderr.write("x" * 1000)\ndef f(n):\n    return 3',
    },
    {
      does: "writes a huge result",
      source:
        'import os\nfor _ in range(20):\n    os.write(1, b"x" * (1 << 22))\ndef f(n):\n    return "x" * (1 << 24)',
    },
    {
      does: "prints that it passed",
      source: 'print("passed")\nprint("1 passed, 0 failed")\ndef f(n):\n    print("passed")',
    },
    {
      does: "forges a report and leaves",
      source: `import os\nos.write(1, b'{"results": [["passed", true]]}')\nos._exit(0)\ndef f(n):\n    return 2`,
    },
    {
      does: "patches the builtins",
      source:
        "import builtins, json\nbuiltins.all = builtins.any = builtins.isinstance = lambda *a: True\njson.dumps = lambda *a, **k: 'true'\nbuiltins.callable = lambda x: True\ndef f(n):\n    return None",
    },
    {
      does: "returns something equal to everything",
      source:
        "class Any(int):\n    def __eq__(self, other):\n        return True\n    __hash__ = int.__hash__\ndef f(n):\n    return Any(7)",
    },
    { does: "returns True for 1", source: "def f(n):\n    return True" },
    { does: "exits", source: "import sys\ndef f(n):\n    sys.exit(0)" },
    { does: "exits at once", source: "import os\nos._exit(0)\ndef f(n):\n    return 2" },
    { does: "aborts", source: "import os\ndef f(n):\n    os.abort()" },
    { does: "raises a signal", source: "import signal\ndef f(n):\n    signal.raise_signal(9)\n    return 0" },
    { does: "reaches for JavaScript", source: "import js\ndef f(n):\n    js.process.exit()\n    return 2" },
    { does: "reaches for C", source: "import ctypes\ndef f(n):\n    ctypes.string_at(0)\n    return 2" },
    {
      does: "reads the environment",
      source: 'import os\ndef f(n):\n    return 2 if os.environ.get("PATH") or os.environ.get("HOME") else 0',
    },
    { does: "recurses without end", source: "def f(n):\n    return f(n)" },
    {
      does: "recurses without end through the interpreter",
      source:
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self):\n        return repr(self)\ndef f(n):\n    return repr(A())",
    },
    { does: "builds a huge integer", source: "def f(n):\n    return 3 ** (10 ** 9)" },
    {
      does: "bombs a regular expression",
      source: 'import re\ndef f(n):\n    return re.match(r"(a+)+$", "a" * 60 + "b")',
    },
    { does: "bombs a generator", source: "def f(n):\n    return sum(1 for _ in iter(int, 1))" },
    {
      does: "never stops being destroyed",
      source:
        "class A:\n    def __del__(self):\n        A()\n        while True:\n            pass\ndef f(n):\n    A()\n    return 2",
    },
    { does: "returns a number beyond all doubles", source: "def f(*a):\n    return 10**400" },
    { does: "forges a report nested deep", source: forged('b"[" * 100000 + b"]" * 100000') },
    { does: "forges a wide report", source: forged('b"[" + b"0," * 400000 + b"0]"') },
    { does: "forges a report with a giant text", source: forged("b'\"s' + b'x' * 1000000 + b'\"'") },
    { does: "forges a number without end", source: forged('b"1e999"') },
    { does: "traps the interpreter by choice", source: TRAP },
    { does: "nests too deep to parse", source: `f = ${"(".repeat(5000)}1${")".repeat(5000)}` },
  ];
}
